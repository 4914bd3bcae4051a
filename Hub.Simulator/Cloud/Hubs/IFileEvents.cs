using System.Collections.Generic;
using System.Text.Json;
using Hub.Simulator.Cloud.Store;

namespace Hub.Simulator.Cloud.Hubs;

/// <summary>Hears what hubs say about files. Thread: those of the sessions, several at once; must return soon.</summary>
internal interface IFileEvents
{
    /// <summary>file_credit: so many bytes more may be sent.</summary>
    void Credit(HubSession session, uint streamId, long bytes);

    /// <summary>file_cancel: the hub ended a stream.</summary>
    void Cancelled(HubSession session, uint streamId, string? error);

    /// <summary>file_progress of a job.</summary>
    void Progress(KnownHub hub, JsonElement message);

    /// <summary>Job events were stored, and what they say of files with them.</summary>
    void Recorded(string hubId, IReadOnlyList<JobEventRecord> events);

    /// <summary>A connection ended, and its streams with it.</summary>
    void Lost(HubSession session);
}
