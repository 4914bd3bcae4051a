using System;
using System.Threading;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>A status light that notifies the host when it changes. Thread: any.</summary>
public sealed class CallbackIndicator : IIndicator
{
    private readonly Action<IndicatorState>? _changed;
    private int _state = (int)IndicatorState.Off;

    /// <summary>Makes the light, dark.</summary>
    /// <param name="changed">Called on the thread that shows a new state; must return at once. Null shows nothing.</param>
    public CallbackIndicator(Action<IndicatorState>? changed)
    {
        _changed = changed;
    }

    /// <summary>What the light shows now.</summary>
    public IndicatorState State => (IndicatorState)Volatile.Read(ref _state);

    /// <inheritdoc/>
    public void Show(IndicatorState state)
    {
        if (Interlocked.Exchange(ref _state, (int)state) != (int)state)
        {
            _changed?.Invoke(state);
        }
    }
}
