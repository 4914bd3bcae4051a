using Hub.Core.Json;

namespace Hub.Core.Printers.OctoPrint;

/// <summary>The tools of one report of /api/printer, and which of them counts as the active one. Thread: one owner.</summary>
internal sealed class OctoPrintTools
{
    private static readonly string[] s_tools = new[]
    {
        "tool0", "tool1", "tool2", "tool3", "tool4", "tool5", "tool6", "tool7", "tool8", "tool9", "tool10", "tool11", "tool12", "tool13", "tool14", "tool15",
    };

    private readonly double[] _toolActuals = new double[s_tools.Length];
    private readonly double[] _toolTargets = new double[s_tools.Length];
    private readonly bool[] _hasTool = new bool[s_tools.Length];
    private int _activeTool;

    /// <summary>The tools' names: a name's index is the tool's number.</summary>
    public static JsonNames Names { get; } = new JsonNames(s_tools);

    /// <summary>°C, or NaN.</summary>
    public double Actual(int tool) => _toolActuals[tool];

    /// <summary>°C, or NaN.</summary>
    public double Target(int tool) => _toolTargets[tool];

    /// <summary>Sets what a report says of a tool.</summary>
    public void Set(int tool, double actual, double target)
    {
        _hasTool[tool] = true;
        _toolActuals[tool] = actual;
        _toolTargets[tool] = target;
    }

    /// <summary>A new report begins: no tool was reported yet.</summary>
    public void Clear()
    {
        for (int i = 0; i < _hasTool.Length; i++)
        {
            _hasTool[i] = false;
        }
    }

    /// <summary>Shows the tools of a printer that has more than one.</summary>
    public void Fill(ToolReadings tools)
    {
        tools.Clear();
        int count = 0;
        for (int i = 0; i < _hasTool.Length; i++)
        {
            count += _hasTool[i] ? 1 : 0;
        }

        if (count < 2)
        {
            return;
        }

        for (int i = 0; i < _hasTool.Length; i++)
        {
            if (_hasTool[i])
            {
                tools.Active = i == _activeTool ? tools.Count : tools.Active;
                tools.Add(s_tools[i], _toolActuals[i], _toolTargets[i]);
            }
        }
    }

    /// <summary>The tool with the highest target; of several the one that was active before, else the first; -1 when none was reported. OctoPrint does not say which is selected.</summary>
    public int Choose()
    {
        int best = -1;
        for (int i = 0; i < _hasTool.Length; i++)
        {
            if (_hasTool[i] && (best < 0 || HeatOf(best) < _toolTargets[i] || (_toolTargets[i] == HeatOf(best) && i == _activeTool && 0 < _toolTargets[i])))
            {
                best = i;
            }
        }

        _activeTool = best >= 0 ? best : _activeTool;
        return best;
    }

    /// <summary>The target; 0 where none is known, so that any real one is higher.</summary>
    private double HeatOf(int tool) => 0 < _toolTargets[tool] ? _toolTargets[tool] : 0;
}
