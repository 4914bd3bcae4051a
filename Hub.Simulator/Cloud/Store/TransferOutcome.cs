using Hub.Core.Errors;
using Hub.Core.Jobs;
using Hub.Simulator.Cloud.Transfers;

namespace Hub.Simulator.Cloud.Store;

/// <summary>What became of a transfer.</summary>
/// <param name="HubId">The hub.</param>
/// <param name="Id">The transfer's id.</param>
/// <param name="Stage">complete, failed or cancelled.</param>
/// <param name="IsStarted">True when its print has begun.</param>
/// <param name="Error">Why it failed, or null.</param>
/// <param name="ErrorCode">The error's code, or null.</param>
internal sealed record TransferOutcome(string HubId, string Id, string Stage, bool IsStarted, string? Error, string? ErrorCode)
{
    private static readonly string s_started = JobEventKinds.Name(JobEventKind.Started);
    private static readonly string s_failed = JobEventKinds.Name(JobEventKind.Failed);
    private static readonly string s_cancelled = ErrorCodes.Name(Core.Errors.ErrorCode.Cancelled);

    /// <summary>
    /// What a job event says of the transfer that asked for the print: it began, or its start did not come about. Null for any other event. Events are
    /// acknowledged, and file_progress is not: of a hub and a cloud that are killed, only the event is sure to arrive.
    /// </summary>
    public static TransferOutcome? Of(string hubId, JobEventRecord item)
    {
        if (item.CommandId == null)
        {
            return null;
        }

        if (item.Kind == s_started)
        {
            return new TransferOutcome(hubId, item.CommandId, FileStages.Complete, true, null, null);
        }

        return item.Kind == s_failed && item.JobId is null or 0
            ? new TransferOutcome(hubId, item.CommandId, item.ErrorCode == s_cancelled ? FileStages.Cancelled : FileStages.Failed, false, item.ErrorMessage, item.ErrorCode)
            : null;
    }
}
