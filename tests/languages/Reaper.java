package jobs;

import java.sql.Timestamp;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

final class Reaper {
    static final List<String> LANES = List.of("sync", "auth");
    private final JdbcTemplate jdbc;

    Reaper(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    int green(Timestamp cutoff) {
        return jdbc.update("""
            UPDATE runs SET status = 'timeout'
            WHERE status IN ('claimed', 'running')
              AND run_type IN ('sync', 'auth')
              AND last_heartbeat_at < ?
            """, cutoff);
    }

    List<Long> red(Timestamp cutoff) {
        return jdbc.queryForList(
            "SELECT id FROM runs WHERE status IN ('claimed', 'running') "
                + "AND run_type IN ('sync', 'auth', 'action') AND last_heartbeat_at < ?",
            Long.class, cutoff);
    }
}
