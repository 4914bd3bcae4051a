namespace Hub.Core.Printers;

/// <summary>
/// The temperatures of a printer's tools (extruders, nozzles), in the system's order. Empty for a printer with one tool,
/// whose values are in <see cref="PrinterStatus"/> itself. Allocates only when a printer shows more tools than before.
/// Thread: that of the status it belongs to.
/// </summary>
public sealed class ToolReadings
{
    /// <summary>More tools than any printer has that is known; further ones are not shown.</summary>
    public const int Most = 32;

    private string[] _names = new string[0];
    private double[] _temperatures = new double[0];
    private double[] _targets = new double[0];

    /// <summary>How many tools there are; 0 for a printer with one.</summary>
    public int Count { get; private set; }

    /// <summary>Place of the tool that is heated or selected, or -1 when that is not known.</summary>
    public int Active { get; set; } = -1;

    /// <summary>The system's own word for a tool, such as tool0, extruder1, left.</summary>
    public string Name(int tool) => _names[tool];

    /// <summary>°C, or NaN.</summary>
    public double Temperature(int tool) => _temperatures[tool];

    /// <summary>Target in °C, or NaN.</summary>
    public double Target(int tool) => _targets[tool];

    /// <summary>Forgets all tools.</summary>
    public void Clear()
    {
        Count = 0;
        Active = -1;
    }

    /// <summary>Adds one at the end; nothing happens beyond <see cref="Most"/>.</summary>
    public void Add(string name, double temperature, double target)
    {
        if (Count == Most)
        {
            return;
        }

        Reserve(Count + 1);
        _names[Count] = name;
        _temperatures[Count] = temperature;
        _targets[Count] = target;
        Count++;
    }

    /// <summary>Overwrites all with those of another status.</summary>
    public void CopyFrom(ToolReadings other)
    {
        Reserve(other.Count);
        for (int i = 0; i < other.Count; i++)
        {
            _names[i] = other._names[i];
            _temperatures[i] = other._temperatures[i];
            _targets[i] = other._targets[i];
        }

        Count = other.Count;
        Active = other.Active;
    }

    /// <summary>True when both say the same.</summary>
    public bool SameAs(ToolReadings other)
    {
        if (Count != other.Count || Active != other.Active)
        {
            return false;
        }

        for (int i = 0; i < Count; i++)
        {
            if (_names[i] != other._names[i] || !PrinterStatus.IsSame(_temperatures[i], other._temperatures[i])
                || !PrinterStatus.IsSame(_targets[i], other._targets[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes unknown what cannot be so.</summary>
    internal void Clean()
    {
        for (int i = 0; i < Count; i++)
        {
            _temperatures[i] = Plausible.Temperature(_temperatures[i]);
            _targets[i] = Plausible.Temperature(_targets[i]);
        }
    }

    private void Reserve(int count)
    {
        if (_names.Length >= count)
        {
            return;
        }

        int size = _names.Length == 0 ? 2 : _names.Length * 2;
        size = size < count ? count : size;
        string[] names = new string[size];
        double[] temperatures = new double[size];
        double[] targets = new double[size];
        for (int i = 0; i < size; i++)
        {
            // The board's CLR crashes when it compares an element that was never set.
            names[i] = i < Count ? _names[i] : "";
            temperatures[i] = i < Count ? _temperatures[i] : double.NaN;
            targets[i] = i < Count ? _targets[i] : double.NaN;
        }

        _names = names;
        _temperatures = temperatures;
        _targets = targets;
    }
}
