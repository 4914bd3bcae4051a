using System;
using System.Collections.Concurrent;
using System.Threading.Tasks;

namespace Hub.Simulator.Cloud.Hubs;

/// <summary>
/// The commands and requests of one hub that wait for their answer. They outlive a connection: a hub sends an answer that it could not
/// send once it is back. Thread: any.
/// </summary>
internal sealed class PendingAnswers
{
    /// <summary>Most that may wait at once.</summary>
    public const int Max = 1024;

    private readonly ConcurrentDictionary<string, TaskCompletionSource<HubAnswer>> _waiting = new(StringComparer.Ordinal);

    /// <summary>How many wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>Begins to wait, before the command is sent.</summary>
    public Task<HubAnswer> Add(string id) =>
        _waiting.GetOrAdd(id, _ => new TaskCompletionSource<HubAnswer>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Waits no longer.</summary>
    public void Remove(string id) => _waiting.TryRemove(id, out _);

    /// <summary>An answer came.</summary>
    /// <returns>False when nothing waits for it any more.</returns>
    public bool Complete(string id, HubAnswer answer) => _waiting.TryRemove(id, out TaskCompletionSource<HubAnswer>? waiting) && waiting.TrySetResult(answer);
}
