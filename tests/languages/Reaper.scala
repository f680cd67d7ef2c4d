package jobs

import doobie.implicits.*
import doobie.postgres.implicits.*
import java.time.Instant

object Reaper:
  val Lanes = List("sync", "auth")

  def green(cutoff: Instant) =
    sql"""
      UPDATE runs SET status = 'timeout'
      WHERE status IN ('claimed', 'running')
        AND run_type IN ('sync', 'auth')
        AND last_heartbeat_at < $cutoff
    """.update.run

  def red(cutoff: Instant) =
    sql"""SELECT id FROM runs
         |WHERE status IN ('claimed', 'running')
         |  AND run_type = ANY ('{sync,auth,action}')
         |  AND last_heartbeat_at < $cutoff""".stripMargin.query[Long].to[List]
