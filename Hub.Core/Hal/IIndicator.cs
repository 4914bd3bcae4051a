namespace Hub.Core.Hal;

/// <summary>What the status light shows.</summary>
public enum IndicatorState
{
    /// <summary>Dark.</summary>
    Off = 0,

    /// <summary>Starting or connecting.</summary>
    Busy = 1,

    /// <summary>All is well.</summary>
    Ok = 2,

    /// <summary>Waiting for Wi-Fi credentials.</summary>
    Provisioning = 3,

    /// <summary>A person has to check the hub.</summary>
    Error = 4,
}

/// <summary>The status light. Thread: any; calls return at once.</summary>
public interface IIndicator
{
    /// <summary>Shows a state until the next call.</summary>
    void Show(IndicatorState state);
}
