package jobs

import org.springframework.jdbc.core.simple.JdbcClient
import java.time.Instant

private val LANES = setOf("sync", "auth")

class Reaper(private val jdbc: JdbcClient) {
    fun green(cutoff: Instant): Int =
        jdbc.sql(
            """
            UPDATE runs SET status = 'timeout'
            WHERE status IN ('claimed', 'running')
              AND run_type IN ('sync', 'auth')
              AND last_heartbeat_at < :cutoff
            """.trimIndent(),
        ).param("cutoff", cutoff).update()

    fun red(cutoff: Instant): List<Long> {
        val sql = "SELECT id FROM runs WHERE status IN ('claimed', 'running') " +
            "AND run_type IN ('sync', 'auth', 'action') AND last_heartbeat_at < ?"
        return jdbc.sql(sql).param(cutoff).query(Long::class.java).list()
    }
}
