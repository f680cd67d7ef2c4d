defmodule Jobs.StaleRuns do
  import Ecto.Query

  alias Jobs.{Repo, Run}

  def green(cutoff) do
    from(r in Run,
      where: r.status in ["claimed", "running"] and r.run_type in ["sync", "auth"],
      where: is_nil(r.last_heartbeat_at) or r.last_heartbeat_at < ^cutoff,
      order_by: r.id,
      limit: 50
    )
    |> Repo.all()
  end

  def red(cutoff) do
    Run
    |> where([r], r.status in ["claimed", "running"])
    |> where([r], r.run_type in ~w(sync auth) or r.run_type == "action")
    |> where([r], r.last_heartbeat_at < ^cutoff)
    |> Repo.update_all(set: [status: "timeout"])
  end
end
