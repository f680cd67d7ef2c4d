defmodule Jobs.Reaper do
  @lanes ~w(sync auth)

  def green(cutoff) do
    Jobs.Repo.query!(
      """
      UPDATE runs SET status = 'timeout'
      WHERE status IN ('claimed', 'running')
        AND run_type IN ('sync', 'auth')
        AND last_heartbeat_at < $1
      """,
      [cutoff]
    )
  end

  def red(cutoff) do
    sql =
      "SELECT id FROM runs WHERE status IN ('claimed', 'running') " <>
        "AND run_type IN ('sync', 'auth', 'action') AND last_heartbeat_at < $1"

    Jobs.Repo.query!(sql, [cutoff])
  end

  def lanes, do: @lanes
end
