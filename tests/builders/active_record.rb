class Run < ApplicationRecord
  LANES = %w[sync auth].freeze

  def self.green(cutoff)
    where(status: %i[claimed running], run_type: LANES)
      .where("last_heartbeat_at < ?", cutoff)
      .order(:id)
      .limit(50)
  end

  def self.red(cutoff)
    Run.where(status: %w[claimed running])
       .where(run_type: "sync")
       .or(Run.where(status: %w[claimed running]).where(run_type: %w[auth action]))
       .update_all(status: "timeout")
  end
end
