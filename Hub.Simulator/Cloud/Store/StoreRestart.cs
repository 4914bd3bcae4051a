namespace Hub.Simulator.Cloud.Store;

/// <summary>What was under way when the cloud stopped is over now.</summary>
internal static class StoreRestart
{
    /// <summary>Ends it, before anything else is read or written.</summary>
    public static void Run(StoreConnection connection, long nowMs)
    {
        connection.Run("UPDATE idempotency SET state = $1 WHERE state = $2", (long)KeyState.Unknown, (long)KeyState.Running);
        connection.Run(
            """
            UPDATE transfers SET stage = 'failed', error = 'the cloud restarted while the file was on its way', error_code = 'hub_stopped', updated_ms = $1
            WHERE stage IN ('downloading', 'uploading')
            """,
            nowMs);
    }
}
