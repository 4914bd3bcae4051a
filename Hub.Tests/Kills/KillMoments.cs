using System;
using System.Threading.Tasks;

namespace Hub.Tests.Kills;

/// <summary>What happens around a start, for a killer that waits for it. Thread: any.</summary>
internal sealed class KillMoments
{
    private readonly TaskCompletionSource[] _next = new TaskCompletionSource[Enum.GetValues<KillMoment>().Length];

    public KillMoments()
    {
        for (int i = 0; i < _next.Length; i++)
        {
            _next[i] = New();
        }
    }

    /// <summary>It happens now.</summary>
    public void Happen(KillMoment moment)
    {
        TaskCompletionSource waiting;
        lock (_next)
        {
            waiting = _next[(int)moment];
            _next[(int)moment] = New();
        }

        waiting.SetResult();
    }

    /// <summary>Completes when it happens next.</summary>
    public Task NextAsync(KillMoment moment)
    {
        lock (_next)
        {
            return _next[(int)moment].Task;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Moments at which a kill hurts most.</summary>
internal enum KillMoment
{
    /// <summary>Half of a file has left the client.</summary>
    InTransfer,

    /// <summary>The hub has the whole file; its start comes next.</summary>
    BeforeStart,

    /// <summary>The printer got a start.</summary>
    AfterStart,

    /// <summary>A print ended.</summary>
    AtEnd,

    /// <summary>A command was asked for.</summary>
    InCommand,
}
