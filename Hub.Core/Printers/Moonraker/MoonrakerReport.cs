using Hub.Core.Errors;
using Hub.Core.Json;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// What is known of Klipper's status objects (klipper docs/Status_Reference.md): a full status first, then only the fields that changed,
/// merged field by field. A codec: bytes in, fields out, no I/O, no allocation when nothing but numbers
/// changes. A field that comes as null or in another type becomes unknown. Thread: one owner.
/// </summary>
internal sealed class MoonrakerReport : JsonReport
{
    private readonly MoonrakerWords _klippyMessage = new MoonrakerWords();
    private readonly JsonTextCache _fileName = new JsonTextCache();
    private readonly MoonrakerWords _message = new MoonrakerWords();
    private readonly JsonTextCache _printWord = new JsonTextCache();
    private MoonrakerObjectList _objects = MoonrakerObjectList.Unknown;
    private JsonNames _extruders = new JsonNames(MoonrakerObjectList.Unknown.Extruders);
    private double[] _nozzles = new double[MoonrakerObjectList.Unknown.Extruders.Length];
    private double[] _nozzleTargets = new double[MoonrakerObjectList.Unknown.Extruders.Length];
    private int _selected = -1;
    private JsonNames? _chamber;
    private double _temperature;
    private double _target;

    /// <summary>From webhooks or server.info, whichever spoke last.</summary>
    public KlippyState Klippy { get; private set; }

    /// <summary>Klipper's words to <see cref="Klippy"/>: their first line from webhooks, all of them from printer.info; or null.</summary>
    public string? KlippyMessage { get; private set; }

    public KlipperPrint Print { get; private set; }

    /// <summary>print_stats' state when it is a word that the hub does not know; else null.</summary>
    public string? PrintWord { get; private set; }

    /// <summary>Klipper's last error on its console, without the "!!" before it; null when there was none yet.</summary>
    public string? ConsoleError { get; private set; }

    /// <summary>When that came, monotonic ms.</summary>
    public long ConsoleErrorMs { get; private set; }

    /// <summary>The objects that Klipper has.</summary>
    public MoonrakerObjectList Objects => _objects;

    /// <summary>print_stats' message: why a print failed; or null.</summary>
    public string? PrintMessage { get; private set; }

    /// <summary>Path of the file below gcodes; null when none is loaded.</summary>
    public string? FileName { get; private set; }

    /// <summary>Seconds since the job began, pauses included; stands still after its end. Or NaN.</summary>
    public double TotalDuration { get; private set; }

    /// <summary>Seconds of printing without heating up and pauses, or NaN.</summary>
    public double PrintDuration { get; private set; }

    /// <summary>Millimetres, or NaN.</summary>
    public double FilamentUsed { get; private set; }

    public int TotalLayer { get; private set; }

    public int CurrentLayer { get; private set; }

    /// <summary>Share of the file that was read, 0 to 1, or NaN.</summary>
    public double FileProgress { get; private set; }

    /// <summary>M73's progress, 0 to 1, or NaN.</summary>
    public double DisplayProgress { get; private set; }

    /// <summary>°C of the active tool, or NaN.</summary>
    public double Nozzle => _nozzles[ActiveTool];

    /// <summary>Target of the active tool in °C, or NaN.</summary>
    public double NozzleTarget => _nozzleTargets[ActiveTool];

    public double Bed { get; private set; }

    public double BedTarget { get; private set; }

    public double Chamber { get; private set; }

    /// <summary>Place of the tool that is in use: the one that Klipper names, else the first that is heated, else the first.</summary>
    public int ActiveTool
    {
        get
        {
            if (_selected >= 0)
            {
                return _selected;
            }

            for (int i = 0; i < _nozzleTargets.Length; i++)
            {
                if (0 < _nozzleTargets[i])
                {
                    return i;
                }
            }

            return 0;
        }
    }

    /// <summary>The gates of a multi-material unit.</summary>
    public MoonrakerMmu Mmu { get; } = new MoonrakerMmu();

    /// <summary>Makes a report that knows nothing.</summary>
    public MoonrakerReport()
    {
        Clear();
    }

    /// <summary>Forgets all that Klipper's objects said; the state of Klipper itself stays.</summary>
    public void Clear()
    {
        Print = KlipperPrint.Unknown;
        PrintMessage = FileName = PrintWord = null;
        TotalDuration = PrintDuration = FilamentUsed = FileProgress = DisplayProgress = double.NaN;
        TotalLayer = CurrentLayer = -1;
        Bed = BedTarget = Chamber = double.NaN;
        Mmu.Clear();
        ClearTools();
    }

    /// <summary>Sets which objects there are; what was known of tools and chamber is forgotten.</summary>
    public void SetObjects(MoonrakerObjectList objects)
    {
        _objects = objects;
        _extruders = new JsonNames(objects.Extruders);
        _nozzles = new double[objects.Extruders.Length];
        _nozzleTargets = new double[objects.Extruders.Length];
        _chamber = objects.Chamber == null ? null : new JsonNames(new[] { objects.Chamber });
        Chamber = double.NaN;
        ClearTools();
    }

    /// <summary>Shows the tools of a printer that has more than one.</summary>
    public void FillTools(ToolReadings tools)
    {
        tools.Clear();
        int active = ActiveTool;
        for (int i = 0; i < _nozzles.Length; i++)
        {
            if (i == active || !double.IsNaN(_nozzles[i]) || !double.IsNaN(_nozzleTargets[i]))
            {
                tools.Active = i == active ? tools.Count : tools.Active;
                tools.Add(_objects.Extruders[i], _nozzles[i], _nozzleTargets[i]);
            }
        }

        if (tools.Count < 2)
        {
            tools.Clear();
        }
    }

    /// <summary>Sets what server.info or a notification says about Klipper.</summary>
    public void SetKlippy(KlippyState state, string? message)
    {
        Klippy = state;
        KlippyMessage = message;
    }

    /// <summary>Merges the result of a subscription or query: <c>{"status":{…},"eventtime":…}</c>. Errors: <see cref="ErrorCode.BadJson"/>.</summary>
    public void MergeResult(byte[] buffer, int offset, int count)
    {
        OpenRoot(buffer, offset, count);
        while (Reader.Read() == JsonToken.Name)
        {
            if (MoonrakerKeys.Names.IndexOf(Reader) == MoonrakerKeys.Status)
            {
                if (OpenObject())
                {
                    ReadObjects();
                }
            }
            else
            {
                Reader.Skip();
            }
        }

        CloseRoot();
    }

    /// <summary>Merges the params of notify_status_update: <c>[{…},eventtime]</c>. Errors: <see cref="ErrorCode.BadJson"/>.</summary>
    public void MergeUpdate(byte[] buffer, int offset, int count)
    {
        Reader.Reset(buffer, offset, count);
        if (Reader.Read() != JsonToken.ArrayStart)
        {
            throw new HubException(ErrorCode.BadJson, "Moonraker's update is JSON, but not a list");
        }

        bool isFirst = true;
        while (Reader.Read() != JsonToken.ArrayEnd)
        {
            if (isFirst && Reader.Token == JsonToken.ObjectStart)
            {
                ReadObjects();
            }
            else
            {
                Reader.Skip();
            }

            isFirst = false;
        }

        CloseRoot();
    }

    /// <summary>
    /// Reads the params of notify_gcode_response: <c>["!! Move out of range"]</c>. Only errors are of interest, and there are
    /// thousands of other lines. Errors: <see cref="ErrorCode.BadJson"/>.
    /// </summary>
    public void NoteConsole(byte[] buffer, int offset, int count, long nowMs)
    {
        if (count < 5 || buffer[offset] != '[' || buffer[offset + 2] != '!' || buffer[offset + 3] != '!')
        {
            return;
        }

        Reader.Reset(buffer, offset, count);
        Reader.Read();
        string error = Reader.Read() == JsonToken.String ? Reader.GetString().Substring(2).Trim() : "";

        // Another client's request that was refused during a job is not a fault of the job.
        if (error.Length > 0 && error != "SD busy")
        {
            ConsoleError = error;
            ConsoleErrorMs = nowMs;
        }
    }

    /// <summary>The state that the reader's present text names.</summary>
    internal static KlippyState KlippyOf(JsonReader reader) =>
        reader.Token == JsonToken.String ? (KlippyState)(KlippyWords.States.IndexOf(reader) + KlippyWords.First) : KlippyState.Unknown;

    private void ReadObjects()
    {
        while (Reader.Read() == JsonToken.Name)
        {
            int index = MoonrakerObjects.Names.IndexOf(Reader);
            int tool = index < 0 ? _extruders.IndexOf(Reader) : -1;
            bool isChamber = index < 0 && tool < 0 && _chamber != null && _chamber.IndexOf(Reader) == 0;
            if (index < 0 && tool < 0 && !isChamber)
            {
                Reader.Skip();
            }
            else if (!OpenObject())
            {
                continue;
            }
            else if (tool >= 0)
            {
                ReadHeater(_nozzles[tool], _nozzleTargets[tool]);
                _nozzles[tool] = _temperature;
                _nozzleTargets[tool] = _target;
            }
            else
            {
                ReadObject(index);
            }
        }
    }

    private void ReadObject(int index)
    {
        switch (index)
        {
            case MoonrakerObjects.Webhooks:
                ReadWebhooks();
                break;
            case MoonrakerObjects.PrintStats:
                ReadPrintStats();
                break;
            case MoonrakerObjects.VirtualSdcard:
                FileProgress = ReadProgress(FileProgress);
                break;
            case MoonrakerObjects.DisplayStatus:
                DisplayProgress = ReadProgress(DisplayProgress);
                break;
            case MoonrakerObjects.HeaterBed:
                ReadHeater(Bed, BedTarget);
                Bed = _temperature;
                BedTarget = _target;
                break;
            case MoonrakerObjects.Toolhead:
                ReadToolhead();
                break;
            case MoonrakerObjects.Mmu:
                Mmu.Read(Reader);
                break;
            default:
                ReadHeater(Chamber, double.NaN);
                Chamber = _temperature;
                break;
        }
    }

    private void ReadWebhooks()
    {
        while (Reader.Read() == JsonToken.Name)
        {
            int key = MoonrakerKeys.Names.IndexOf(Reader);
            Reader.Read();
            if (key == MoonrakerKeys.State)
            {
                Klippy = KlippyOf(Reader);
            }
            else if (key == MoonrakerKeys.StateMessage)
            {
                KlippyMessage = _klippyMessage.Read(Reader);
            }

            Reader.Skip();
        }
    }

    private void ReadPrintStats()
    {
        while (Reader.Read() == JsonToken.Name)
        {
            switch (MoonrakerKeys.Names.IndexOf(Reader))
            {
                case MoonrakerKeys.Filename:
                    Reader.Read();
                    FileName = NotEmpty(TextOrSkip(_fileName));
                    break;
                case MoonrakerKeys.PrintDuration:
                    PrintDuration = ReadDuration();
                    break;
                case MoonrakerKeys.FilamentUsed:
                    FilamentUsed = ReadNumber();
                    break;
                case MoonrakerKeys.State:
                    Reader.Read();
                    Print = Reader.Token == JsonToken.String ? (KlipperPrint)(KlippyWords.PrintStates.IndexOf(Reader) + KlippyWords.First) : KlipperPrint.Unknown;
                    PrintWord = Print == KlipperPrint.Unknown ? NotEmpty(_printWord.Read(Reader)) : null;
                    Reader.Skip();
                    break;
                case MoonrakerKeys.Message:
                    Reader.Read();
                    PrintMessage = _message.Read(Reader);
                    Reader.Skip();
                    break;
                case MoonrakerKeys.Info:
                    ReadInfo();
                    break;
                case MoonrakerKeys.TotalDuration:
                    TotalDuration = ReadDuration();
                    break;
                default:
                    Reader.Skip();
                    break;
            }
        }
    }

    private void ReadToolhead()
    {
        while (Reader.Read() == JsonToken.Name)
        {
            int key = MoonrakerKeys.Names.IndexOf(Reader);
            Reader.Read();
            if (key == MoonrakerKeys.Extruder)
            {
                _selected = Reader.Token == JsonToken.String ? _extruders.IndexOf(Reader) : -1;
            }

            Reader.Skip();
        }
    }

    private void ClearTools()
    {
        _selected = -1;
        for (int i = 0; i < _nozzles.Length; i++)
        {
            _nozzles[i] = _nozzleTargets[i] = double.NaN;
        }
    }

    /// <summary>Seconds; a job of more than a year, or of less than nothing, is a mistake.</summary>
    private double ReadDuration()
    {
        double seconds = ReadNumber();
        return Plausible.Seconds(seconds) >= 0 ? seconds : double.NaN;
    }

    /// <summary>Comes whole, with nulls where the slicer says nothing.</summary>
    private void ReadInfo()
    {
        TotalLayer = CurrentLayer = -1;
        if (!OpenObject())
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            int key = MoonrakerKeys.Names.IndexOf(Reader);
            double value = ReadNumber();
            int layer = 0 <= value && value < int.MaxValue ? (int)value : -1;
            if (key == MoonrakerKeys.TotalLayer)
            {
                TotalLayer = layer;
            }
            else if (key == MoonrakerKeys.CurrentLayer)
            {
                CurrentLayer = layer;
            }
        }
    }

    private double ReadProgress(double former)
    {
        while (Reader.Read() == JsonToken.Name)
        {
            int key = MoonrakerKeys.Names.IndexOf(Reader);
            double value = ReadNumber();
            if (key == MoonrakerKeys.Progress)
            {
                former = 0 <= value && value <= 1 ? value : double.NaN;
            }
        }

        return former;
    }

    private void ReadHeater(double temperature, double target)
    {
        _temperature = temperature;
        _target = target;
        while (Reader.Read() == JsonToken.Name)
        {
            int key = MoonrakerKeys.Names.IndexOf(Reader);
            double value = Temperature(ReadNumber());
            if (key == MoonrakerKeys.Temperature)
            {
                _temperature = value;
            }
            else if (key == MoonrakerKeys.Target)
            {
                _target = value;
            }
        }
    }

    private static string? NotEmpty(string? text) => text == null || text.Length == 0 ? null : text;
}
