using Hub.Core.Errors;
using Hub.Core.Json;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// The active spool as Spoolman knows it, through Moonraker's spoolman component: what to ask next, and what the answers say. Nothing
/// waits for an answer, and no answer concerns the link: Spoolman is another server, which may be slow or gone. Pure. Thread: one owner.
/// </summary>
internal sealed class MoonrakerSpool : JsonReport
{
    /// <summary>Values of <see cref="Next"/>: nothing to ask now.</summary>
    public const int Nothing = 0;

    /// <summary>server.spoolman.status</summary>
    public const int AskStatus = 1;

    /// <summary>GET /v1/spool/ID through server.spoolman.proxy.</summary>
    public const int AskSpool = 2;

    /// <summary>No spool is active, or it is not known which.</summary>
    public const int NoSpool = -1;

    /// <summary>Moonraker reports what a print uses every 5 s (sync_rate); Spoolman itself notifies nobody here.</summary>
    private const int PrintingMs = 60000;

    /// <summary>A person may edit the spool.</summary>
    private const int IdleMs = 600000;

    /// <summary>After this time an answer is no longer waited for.</summary>
    private const int LostMs = 120000;

    private const int NotFound = 404;
    private const int MaxId = 1000000000;

    private readonly FilamentTexts _texts = new FilamentTexts();
    private readonly uint[] _colors = new uint[FilamentTexts.MaxColors];
    private bool _isThere;
    private bool _hasStatus;
    private bool _isDue;
    private bool _wasPrinting;
    private int _asked;
    private int _askedId = NoSpool;
    private long _askedMs;

    // what a spool's answer says
    private int _readId;
    private int _statusCode;
    private bool _hasFilament;
    private string? _type;
    private string[]? _readColors;
    private double _remaining;
    private double _initial;
    private double _weight;

    /// <summary>The active spool's number, or <see cref="NoSpool"/>.</summary>
    public int SpoolId { get; private set; } = NoSpool;

    /// <summary>Its material, or null.</summary>
    public string? Type { get; private set; }

    /// <summary>Its colours, or null.</summary>
    public string[]? Colors { get; private set; }

    /// <summary>What is left on it, 0 to 100, or -1.</summary>
    public int RemainingPercent { get; private set; } = -1;

    /// <summary>A connection begins.</summary>
    /// <param name="isThere">Moonraker has the component, or may have it.</param>
    public void Connected(bool isThere)
    {
        _isThere = isThere;
        _hasStatus = false;
        _asked = Nothing;
        SetSpool(NoSpool);
    }

    /// <summary>What to ask now; the question counts as asked.</summary>
    public int Next(long nowMs, bool isPrinting)
    {
        if (!_isThere || (_asked != Nothing && nowMs - _askedMs < LostMs))
        {
            return Nothing;
        }

        int next = Nothing;
        if (!_hasStatus)
        {
            next = _isDue || nowMs - _askedMs >= IdleMs ? AskStatus : Nothing;
        }
        else if (SpoolId != NoSpool)
        {
            bool hasEnded = _wasPrinting && !isPrinting;
            next = _isDue || hasEnded || nowMs - _askedMs >= (isPrinting ? PrintingMs : IdleMs) ? AskSpool : Nothing;
        }

        _wasPrinting = isPrinting;
        _asked = next;
        if (next != Nothing)
        {
            _isDue = false;
            _askedId = SpoolId;
            _askedMs = nowMs;
        }

        return next;
    }

    /// <summary>The question was refused. A Moonraker without the component does not know the method, and is not asked again.</summary>
    /// <param name="number">Of the error.</param>
    public void Refused(int number)
    {
        if (_asked == AskStatus)
        {
            _isThere &= number != MoonrakerErrors.MethodNotFound;
        }
        else
        {
            // JSON-RPC has one number for "not found" (moonraker common.py).
            Failed(number == MoonrakerErrors.MethodNotFound ? NotFound : number);
        }

        _asked = Nothing;
    }

    /// <summary>Reads the answer to the last question. Anything that is none makes unknown what it would say.</summary>
    public void Read(byte[] buffer, int offset, int count)
    {
        int asked = _asked;
        _asked = Nothing;
        _hasStatus |= asked == AskStatus;
        try
        {
            OpenRoot(buffer, offset, count);
            if (asked == AskStatus)
            {
                ReadStatus();
            }
            else
            {
                ReadAnswer();
            }
        }
        catch (HubException)
        {
            Failed(0);
        }
    }

    /// <summary>Reads the params of notify_active_spool_set and notify_spoolman_status_changed: <c>[{"spool_id":1}]</c>. Errors: <see cref="ErrorCode.BadJson"/>.</summary>
    public void Note(byte[] buffer, int offset, int count)
    {
        Reader.Reset(buffer, offset, count);
        if (Reader.Read() == JsonToken.ArrayStart && Reader.Read() == JsonToken.ObjectStart)
        {
            ReadStatus();
        }
    }

    private void ReadStatus()
    {
        while (Reader.Read() == JsonToken.Name)
        {
            int key = MoonrakerSpoolKeys.Names.IndexOf(Reader);
            Reader.Read();
            if (key == MoonrakerSpoolKeys.SpoolId)
            {
                SetSpool(WholeOr(NoSpool));
            }
            else if (key == MoonrakerSpoolKeys.SpoolmanConnected)
            {
                _isDue |= Reader.Token == JsonToken.True;
                RemainingPercent = Reader.Token == JsonToken.False ? -1 : RemainingPercent;
            }

            Reader.Skip();
        }
    }

    /// <summary>The second form of the proxy's answer has the spool in "response"; older versions answer with the spool itself.</summary>
    private void ReadAnswer()
    {
        _readId = NoSpool;
        _statusCode = 0;
        _hasFilament = false;
        _type = null;
        _readColors = null;
        _remaining = _initial = _weight = double.NaN;
        ReadSpool(true);
        CloseRoot();
        if (!_hasFilament || _readId != _askedId)
        {
            Failed(_statusCode);
            return;
        }

        if (_readId == SpoolId)
        {
            Type = _type;
            Colors = _readColors;
            RemainingPercent = Share(_remaining, 0 < _initial ? _initial : _weight);
        }
    }

    private void ReadSpool(bool isRoot)
    {
        while (Reader.Read() == JsonToken.Name)
        {
            int key = MoonrakerSpoolKeys.Names.IndexOf(Reader);
            if (isRoot && key == MoonrakerSpoolKeys.Response)
            {
                if (OpenObject())
                {
                    ReadSpool(false);
                }
            }
            else if (isRoot && key == MoonrakerSpoolKeys.Error)
            {
                if (OpenObject())
                {
                    ReadError();
                }
            }
            else if (key == MoonrakerSpoolKeys.Filament)
            {
                if (OpenObject())
                {
                    _hasFilament = true;
                    ReadFilament();
                }
            }
            else if (key == MoonrakerSpoolKeys.RemainingWeight)
            {
                _remaining = ReadNumber();
            }
            else if (key == MoonrakerSpoolKeys.InitialWeight)
            {
                _initial = ReadNumber();
            }
            else
            {
                Reader.Read();
                _readId = key == MoonrakerSpoolKeys.Id ? WholeOr(NoSpool) : _readId;
                Reader.Skip();
            }
        }
    }

    private void ReadError()
    {
        while (Reader.Read() == JsonToken.Name)
        {
            bool isCode = MoonrakerSpoolKeys.Names.IndexOf(Reader) == MoonrakerSpoolKeys.StatusCode;
            Reader.Read();
            _statusCode = isCode ? WholeOr(0) : _statusCode;
            Reader.Skip();
        }
    }

    private void ReadFilament()
    {
        int count = 0;
        bool hasSeveral = false;
        while (Reader.Read() == JsonToken.Name)
        {
            int key = MoonrakerSpoolKeys.Names.IndexOf(Reader);
            if (key == MoonrakerSpoolKeys.Weight)
            {
                _weight = ReadNumber();
                continue;
            }

            Reader.Read();
            if (key == MoonrakerSpoolKeys.Material)
            {
                _type = _texts.Type(Reader);
            }
            else if (key == MoonrakerSpoolKeys.MultiColorHexes || (key == MoonrakerSpoolKeys.ColorHex && !hasSeveral))
            {
                int found = FilamentTexts.ReadColors(Reader, _colors);
                hasSeveral |= found > 1;
                count = found > 0 ? found : count;
            }

            Reader.Skip();
        }

        _readColors = _texts.Colors(_colors, count);
    }

    /// <summary>What is on the spool stays, as long as it is the same one; how much of it is left does not.</summary>
    private void Failed(int number)
    {
        RemainingPercent = -1;
        if (number == NotFound)
        {
            Type = null;
            Colors = null;
        }
    }

    private void SetSpool(int id)
    {
        if (id != SpoolId)
        {
            SpoolId = id;
            Type = null;
            Colors = null;
            RemainingPercent = -1;
        }

        _isDue = true;
    }

    private int WholeOr(int otherwise) => Reader.TryGetInt64(out long value) && value >= 0 && value < MaxId ? (int)value : otherwise;

    private static int Share(double part, double whole)
    {
        if (!(0 <= part) || !(0 < whole))
        {
            return -1;
        }

        double percent = part / whole * 100;
        return 100 <= percent ? 100 : (int)(percent + 0.5);
    }
}
