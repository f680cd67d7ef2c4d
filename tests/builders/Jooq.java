package jobs;

import static jobs.tables.Runs.RUNS;
import static org.jooq.impl.DSL.or;

import java.time.OffsetDateTime;
import java.util.List;
import org.jooq.DSLContext;

final class Jooq {
    List<Long> green(DSLContext context, OffsetDateTime cutoff) {
        return context.select(RUNS.ID)
            .from(RUNS)
            .where(RUNS.STATUS.in("claimed", "running"))
            .and(RUNS.RUN_TYPE.in("sync", "auth"))
            .and(RUNS.LAST_HEARTBEAT_AT.isNull().or(RUNS.LAST_HEARTBEAT_AT.lt(cutoff)))
            .orderBy(RUNS.ID)
            .fetch(RUNS.ID);
    }

    int red(DSLContext context) {
        return context.update(RUNS)
            .set(RUNS.STATUS, "timeout")
            .where(RUNS.STATUS.in(List.of("claimed", "running")), or(RUNS.RUN_TYPE.eq("sync"), RUNS.RUN_TYPE.in("auth", "action")))
            .execute();
    }
}
