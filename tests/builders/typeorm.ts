import { DataSource, In, LessThan, Not, Repository } from 'typeorm';
import { Run } from './run.entity';

export class StaleRuns {
  constructor(private readonly runs: Repository<Run>, private readonly source: DataSource) {}

  async green(cutoff: Date): Promise<Run[]> {
    return this.runs.find({
      where: {
        status: In(['claimed', 'running']),
        runType: In(['sync', 'auth']),
        lastHeartbeatAt: LessThan(cutoff),
      },
      order: { id: 'ASC' },
    });
  }

  async red(cutoff: Date): Promise<Run[]> {
    return this.runs
      .createQueryBuilder('run')
      .leftJoinAndSelect('run.organization', 'organization')
      .where("run.status IN ('claimed', 'running')")
      .andWhere("run.run_type IN ('sync', 'auth', 'action')")
      .andWhere('run.last_heartbeat_at < :cutoff', { cutoff })
      .getMany();
  }
}
