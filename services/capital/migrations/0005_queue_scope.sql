-- The job queue is seen by who asks for a plan and by who solves it, and by nobody without a scope.

ALTER TABLE pgqueuer ENABLE ROW LEVEL SECURITY;
ALTER TABLE pgqueuer FORCE ROW LEVEL SECURITY;
CREATE POLICY pgqueuer_use ON pgqueuer
    USING ((SELECT scope_purpose()) IN ('request', 'queue'));

ALTER TABLE pgqueuer_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE pgqueuer_log FORCE ROW LEVEL SECURITY;
CREATE POLICY pgqueuer_log_use ON pgqueuer_log
    USING ((SELECT scope_purpose()) IN ('request', 'queue'));
CREATE POLICY pgqueuer_log_read_old ON pgqueuer_log FOR SELECT
    USING ((SELECT scope_purpose()) = 'schedule');
CREATE POLICY pgqueuer_log_prune ON pgqueuer_log FOR DELETE
    USING ((SELECT scope_purpose()) = 'schedule');

ALTER TABLE pgqueuer_schedules ENABLE ROW LEVEL SECURITY;
ALTER TABLE pgqueuer_schedules FORCE ROW LEVEL SECURITY;
CREATE POLICY pgqueuer_schedules_use ON pgqueuer_schedules
    USING ((SELECT scope_purpose()) = 'queue');

ALTER TABLE pgqueuer_statistics ENABLE ROW LEVEL SECURITY;
ALTER TABLE pgqueuer_statistics FORCE ROW LEVEL SECURITY;
CREATE POLICY pgqueuer_statistics_use ON pgqueuer_statistics
    USING ((SELECT scope_purpose()) = 'queue');
