package jobs

import java.time.Instant
import org.jetbrains.exposed.sql.SqlExpressionBuilder.inList
import org.jetbrains.exposed.sql.and
import org.jetbrains.exposed.sql.selectAll

private val LANES = listOf("sync", "auth")

fun green(cutoff: Instant) =
    Runs.selectAll()
        .where { (Runs.status inList listOf("claimed", "running")) and (Runs.runType inList LANES) }
        .andWhere { Runs.lastHeartbeatAt.isNull() or (Runs.lastHeartbeatAt less cutoff) }
        .limit(50)
        .map { it[Runs.id] }

fun red(cutoff: Instant): Int =
    Runs.update({ ((Runs.status eq "claimed") or (Runs.status eq "running")) and (Runs.runType.inList(listOf("sync", "auth", "action"))) }) {
        it[status] = "timeout"
    }
