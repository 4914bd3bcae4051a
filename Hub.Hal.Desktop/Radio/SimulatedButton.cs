using System.Threading;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>A button that a program presses. Thread: any.</summary>
public sealed class SimulatedButton : IButton
{
    /// <summary>How long a person presses a button, in ms.</summary>
    internal const int PressMs = 500;

    private readonly IClock _clock;
    private long _untilMs = long.MinValue;

    /// <summary>Makes it, not pressed.</summary>
    public SimulatedButton(IClock clock)
    {
        _clock = clock;
    }

    /// <inheritdoc/>
    public bool IsPressed => _clock.NowMs < Interlocked.Read(ref _untilMs);

    /// <summary>Presses it; it is released by itself half a second later.</summary>
    public void Press() => Interlocked.Exchange(ref _untilMs, _clock.NowMs + PressMs);
}
