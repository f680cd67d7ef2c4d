# frozen_string_literal: true

class Reaper
  LANES = %w[sync auth].freeze

  def green(cutoff)
    Run.connection.exec_update(<<~SQL.squish, "reap", [cutoff])
      UPDATE runs SET status = 'timeout'
      WHERE status IN ('claimed', 'running')
        AND run_type IN ('sync', 'auth')
        AND last_heartbeat_at < $1
    SQL
  end

  def red
    Run.find_by_sql("SELECT id FROM runs WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'auth', 'action')")
  end
end
