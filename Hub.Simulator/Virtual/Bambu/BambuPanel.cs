using System;
using System.Threading;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>Settings besides the print: lights and speed. Thread: any.</summary>
internal sealed class BambuPanel
{
    private static readonly int[] s_speedPercents = [0, 50, 100, 124, 166];

    private readonly Lock _gate = new();
    private int _speedLevel = 2;
    private string _chamberLight = "on";

    /// <summary>spd_lvl: 1 silent, 2 standard, 3 sport, 4 ludicrous.</summary>
    public int SpeedLevel
    {
        get
        {
            lock (_gate)
            {
                return _speedLevel;
            }
        }
    }

    /// <summary>spd_mag</summary>
    public int SpeedPercent => s_speedPercents[SpeedLevel];

    /// <summary>on, off or flashing</summary>
    public string ChamberLight
    {
        get
        {
            lock (_gate)
            {
                return _chamberLight;
            }
        }
    }

    /// <summary>False for an unknown level.</summary>
    public bool SetSpeed(string? level)
    {
        if (!int.TryParse(level, out int value) || value is < 1 or > 4)
        {
            return false;
        }

        lock (_gate)
        {
            _speedLevel = value;
            return true;
        }
    }

    /// <summary>False for an unknown light or mode.</summary>
    public bool SetLight(string? node, string? mode)
    {
        if (node != "chamber_light" || mode is not ("on" or "off" or "flashing"))
        {
            return false;
        }

        lock (_gate)
        {
            _chamberLight = mode;
            return true;
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _speedLevel = 2;
            _chamberLight = "on";
        }
    }
}
