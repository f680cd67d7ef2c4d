const LANES = ['sync', 'auth'];

async function green(knex, cutoff) {
  return knex('runs as r')
    .join('organizations as o', 'o.id', 'r.organization_id')
    .whereIn('r.status', ['claimed', 'running'])
    .whereIn('r.run_type', LANES)
    .where('r.last_heartbeat_at', '<', cutoff)
    .where('o.plan', 'pro')
    .orderBy('r.id')
    .select('r.id');
}

async function red(knex) {
  const stale = knex('runs').where({ run_type: 'sync' }).orWhere('run_type', 'action');
  return knex('runs')
    .whereIn('status', ['claimed', 'running'])
    .where(function () {
      this.whereIn('run_type', ['sync', 'auth']).orWhere({ run_type: 'action' });
    })
    .update({ status: 'timeout' });
}

module.exports = { green, red };
