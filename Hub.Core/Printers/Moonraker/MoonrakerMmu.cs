using Hub.Core.Json;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// The gates of a multi-material unit with Happy Hare (object "mmu", moggieuk/Happy-Hare wiki, Printer Variables). Klipper sends a list whole
/// when one of its elements changed. Thread: one owner.
/// </summary>
internal sealed class MoonrakerMmu
{
    /// <summary>The fields to ask for.</summary>
    public const string Fields = "gate,filament,gate_status,gate_material,gate_color,gate_spool_id";

    private const int Most = FilamentReadings.Most;

    /// <summary>gate_status: 0 is empty, 1 and 2 are not, -1 is unknown.</summary>
    private const int EmptyGate = 0;

    private static readonly JsonNames s_keys = new JsonNames(Fields.Split(','));
    private static readonly JsonNames s_filament = new JsonNames(new[] { "Loaded", "Unloaded" });

    private readonly FilamentTexts _texts = new FilamentTexts();
    private readonly uint[] _oneColor = new uint[1];
    private readonly int[] _states = new int[Most];
    private readonly int[] _spools = new int[Most];
    private readonly string?[] _materials = new string?[Most];
    private readonly string[]?[] _colors = new string[]?[Most];
    private int _count;
    private int _gate = -1;
    private TriState _isLoaded;

    public MoonrakerMmu()
    {
        Clear();
    }

    /// <summary>True when there are gates.</summary>
    public bool HasGates => _count > 0;

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _count = 0;
        _gate = -1;
        _isLoaded = TriState.Unknown;
        for (int i = 0; i < Most; i++)
        {
            _states[i] = _spools[i] = -1;

            // An element that was never written is not null on the board.
            _materials[i] = null;
            _colors[i] = null;
        }
    }

    /// <summary>Reads the object's members; its brace was read.</summary>
    public void Read(JsonReader reader)
    {
        while (reader.Read() == JsonToken.Name)
        {
            int key = s_keys.IndexOf(reader);
            reader.Read();
            if (key == 0)
            {
                _gate = Whole(reader);
            }
            else if (key == 1)
            {
                int word = reader.Token == JsonToken.String ? s_filament.IndexOf(reader) : -1;
                _isLoaded = word == 0 ? TriState.Yes : word == 1 ? TriState.No : TriState.Unknown;
            }
            else if (key > 1 && reader.Token == JsonToken.ArrayStart)
            {
                ReadList(reader, key);
            }

            reader.Skip();
        }
    }

    /// <summary>Shows the gates.</summary>
    public void Fill(FilamentReadings readings, MoonrakerSpool spool)
    {
        for (int i = 0; i < _count; i++)
        {
            Filament? gate = readings.Add(i);
            if (gate == null)
            {
                return;
            }

            bool isSelected = i == _gate;
            gate.IsActive = _gate < 0 || _isLoaded == TriState.Unknown ? TriState.Unknown : isSelected && _isLoaded == TriState.Yes ? TriState.Yes : TriState.No;
            gate.IsEmpty = _states[i] == EmptyGate ? TriState.Yes : _states[i] > EmptyGate ? TriState.No : TriState.Unknown;
            if (gate.IsEmpty == TriState.Yes && gate.IsActive != TriState.Yes)
            {
                // The map keeps what was there before.
                continue;
            }

            // The end of a spool that has left its gate is in the nozzle still.
            gate.IsEmpty = gate.IsActive == TriState.Yes ? TriState.No : gate.IsEmpty;
            gate.Type = _materials[i];
            gate.Colors = _colors[i];
            gate.RemainingPercent = _spools[i] >= 0 && _spools[i] == spool.SpoolId ? spool.RemainingPercent : -1;
        }
    }

    private void ReadList(JsonReader reader, int key)
    {
        int count = 0;
        while (reader.Read() != JsonToken.ArrayEnd)
        {
            if (count < Most)
            {
                ReadElement(reader, key, count);
                count++;
            }

            reader.Skip();
        }

        _count = key == 2 ? count : _count;
    }

    private void ReadElement(JsonReader reader, int key, int gate)
    {
        switch (key)
        {
            case 2:
                _states[gate] = Whole(reader);
                break;
            case 3:
                _materials[gate] = _texts.Type(reader);
                break;
            case 4:
                // A colour may be a word, too.
                _colors[gate] = _texts.TryColor(reader, out _oneColor[0]) ? _texts.Colors(_oneColor, 1) : null;
                break;
            default:
                _spools[gate] = Whole(reader);
                break;
        }
    }

    private static int Whole(JsonReader reader) => reader.TryGetInt64(out long value) && value >= 0 && value < int.MaxValue ? (int)value : -1;
}
