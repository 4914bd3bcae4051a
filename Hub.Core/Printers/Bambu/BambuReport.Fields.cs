using Hub.Core.Errors;
using Hub.Core.Json;
using Hub.Core.Text;

namespace Hub.Core.Printers.Bambu;

/// <content>The members of "print".</content>
internal sealed partial class BambuReport
{
    private const int MaxNumber = 100000000;
    private const long MaxReply = 4294967295;
    private const uint SigningBit = 0x20000000;
    private const int MaxCommandBytes = 40;
    private const int SmallLetter = 0x20;

    /// <summary>0x and eight digits.</summary>
    private const int MaxHexCode = 10;

    private static readonly byte[] s_success = { (byte)'s', (byte)'u', (byte)'c', (byte)'c', (byte)'e', (byte)'s', (byte)'s' };

    private readonly byte[] _hex = new byte[24];
    private readonly BambuHms _hmsRead = new BambuHms();

    /// <summary>The present value is the field's; one that cannot be is left to the caller to skip.</summary>
    private void ReadStatusField(int key)
    {
        BambuValues next = _next;
        _fields += key < BambuPrintKeys.HomeFlag ? 1 : 0;
        switch (key)
        {
            case BambuPrintKeys.GcodeState:
                ReadPhase();
                break;
            case BambuPrintKeys.StgCur:
                next.Stage = Whole(next.Stage);
                break;
            case BambuPrintKeys.PrintType:
                next.PrintType = Reader.Token == JsonToken.String ? s_printTypes.IndexOf(Reader) : next.PrintType;
                break;
            case BambuPrintKeys.McPercent:
                _hasProgress = true;
                next.Came |= BambuValues.CamePercent;
                double percent = Percent(Number(double.NaN));
                next.Percent = double.IsNaN(percent) ? next.Percent : percent;
                break;
            case BambuPrintKeys.McRemainingTime:
                next.Came |= BambuValues.CameMinutes;
                next.RemainingMinutes = Whole(next.RemainingMinutes);
                break;
            case BambuPrintKeys.LayerNum:
                next.Came |= BambuValues.CameLayer;
                next.Layer = Whole(next.Layer);
                break;
            case BambuPrintKeys.TotalLayerNum:
                next.Came |= BambuValues.CameLayers;
                next.TotalLayers = Whole(next.TotalLayers);
                break;
            case BambuPrintKeys.SubtaskName:
                next.JobName = Reader.Token == JsonToken.String ? NotEmpty(_jobName.Read(Reader)) : next.JobName;
                break;
            case BambuPrintKeys.GcodeFile:
                next.GcodeFile = Reader.Token == JsonToken.String ? NotEmpty(_gcodeFile.Read(Reader)) : next.GcodeFile;
                break;
            case BambuPrintKeys.TaskId:
                next.TaskId = Id(next.TaskId);
                break;
            case BambuPrintKeys.SubtaskId:
                next.SubtaskId = Id(next.SubtaskId);
                break;
            case BambuPrintKeys.PrintError:
                _hasTrouble = true;
                next.PrintError = CodeOr(next.PrintError);
                break;
            case BambuPrintKeys.Hms:
                ReadHms();
                break;
            case BambuPrintKeys.Fun:
                ReadFunctions();
                break;
            case BambuPrintKeys.Msg:
                bool isNumber = Reader.TryParseInt64(out long message);
                _isPartial = isNumber && message == 1;
                _isMarkedFull = isNumber && message == 0;
                break;
            case BambuPrintKeys.Ams:
                ReadChangers();
                break;
            case BambuPrintKeys.FailReason:
                next.Came |= BambuValues.CameFailReason;
                next.FailReason = CodeOr(next.FailReason);
                break;
            default:
                ReadTemperatureOrObject(key);
                break;
        }
    }

    private void ReadTemperatureOrObject(int key)
    {
        BambuValues next = _next;
        switch (key)
        {
            case BambuPrintKeys.NozzleTemper:
                next.Nozzle = Celsius();
                break;
            case BambuPrintKeys.NozzleTargetTemper:
                next.NozzleTarget = Celsius();
                break;
            case BambuPrintKeys.BedTemper:
                _hasBed = true;
                next.Bed = Celsius();
                break;
            case BambuPrintKeys.BedTargetTemper:
                next.BedTarget = Celsius();
                break;
            case BambuPrintKeys.ChamberTemper:
                next.PlainChamber = Celsius();
                break;
            case BambuPrintKeys.Device:
                ReadDevice();
                break;
            case BambuPrintKeys.ThreeD:
                ReadLayers();
                break;
            case BambuPrintKeys.HomeFlag:
                ReadHomeFlag();
                break;
            case BambuPrintKeys.VtTray:
                ReadOnlySpool();
                break;
            case BambuPrintKeys.VirSlot:
                ReadSpools();
                break;
            default:
                ReadPrintInfo();
                break;
        }
    }

    private void ReadReplyField(int key)
    {
        switch (key)
        {
            case BambuPrintKeys.Command:
                if (Reader.Token == JsonToken.String && Reader.ValueLength > 0)
                {
                    _hasCommand = true;
                    _isStatus &= s_statusCommand.IndexOf(Reader) == 0;
                    Reply.Command = _isStatus ? null : OneLine.Of(Reader.GetString(MaxCommandBytes));
                }

                break;
            case BambuPrintKeys.SequenceId:
                Reply.SequenceId = Reader.TryParseInt64(out long sequence) && sequence >= 0 && sequence <= MaxReply ? sequence : -1;
                break;
            case BambuPrintKeys.Result:
                _hasResult = Reader.Token == JsonToken.String;
                Reply.HasResult = _hasResult && Reader.ValueLength > 0;
                Reply.IsSuccess = Reply.HasResult && IsWord(s_success);
                break;
            case BambuPrintKeys.Reason:
                Reply.Reason = Reader.Token == JsonToken.String && Reader.ValueLength > 0 ? OneLine.Of(Reader.GetString(MaxReasonBytes)) : null;
                break;
            default:
                Reply.ErrorCode = Reader.TryParseInt64(out long error) || TryCode(out error) ? error : 0;
                break;
        }
    }

    private void ReadPhase()
    {
        _hasPhase = true;
        int word = Reader.Token == JsonToken.String ? s_phases.IndexOf(Reader) : -1;
        if (word >= 0)
        {
            _next.Phase = (BambuPhase)(word + FirstPhase);
        }
    }

    /// <summary>A list comes whole: it replaces the former one.</summary>
    private void ReadHms()
    {
        if (Reader.Token != JsonToken.ArrayStart)
        {
            return;
        }

        _hmsRead.Clear();
        while (Reader.Read() != JsonToken.ArrayEnd)
        {
            if (Reader.Token == JsonToken.ObjectStart)
            {
                ReadHmsEntry();
            }
            else
            {
                Reader.Skip();
            }
        }

        _next.Hms.CopyFrom(_hmsRead);
    }

    private void ReadHmsEntry()
    {
        long attribute = 0;
        long code = 0;
        while (Reader.Read() == JsonToken.Name)
        {
            int key = BambuKeys.Names.IndexOf(Reader);
            Reader.Read();
            if (key >= 0 && TryCode(out long value))
            {
                attribute = key == BambuKeys.Attr ? value : attribute;
                code = key == BambuKeys.Code ? value : code;
            }

            Reader.Skip();
        }

        if (attribute != 0)
        {
            _hmsRead.Add((uint)attribute, (uint)code);
        }
    }

    /// <summary>"fun" is a number of up to 16 hexadecimal digits.</summary>
    private void ReadFunctions()
    {
        if (Reader.Token != JsonToken.String)
        {
            return;
        }

        int length = Reader.CopyString(_hex);
        uint low = 0;
        for (int i = 0; i < length; i++)
        {
            int digit = HexDigit(_hex[i]);
            if (digit < 0)
            {
                return;
            }

            low = (low << 4) | (uint)digit;
        }

        if (length > 0)
        {
            _next.NeedsSigning = (low & SigningBit) != 0;
        }
    }

    /// <summary>H2's "3D": the same counts in another place.</summary>
    private void ReadLayers()
    {
        if (Reader.Token != JsonToken.ObjectStart)
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            int key = BambuPrintKeys.Names.IndexOf(Reader);
            Reader.Read();
            if (key == BambuPrintKeys.LayerNum)
            {
                _next.Came |= BambuValues.CameLayer;
                _next.Layer = Whole(_next.Layer);
            }
            else if (key == BambuPrintKeys.TotalLayerNum)
            {
                _next.Came |= BambuValues.CameLayers;
                _next.TotalLayers = Whole(_next.TotalLayers);
            }

            Reader.Skip();
        }
    }

    private static string? NotEmpty(string? text) => text == null || text.Length == 0 ? null : text;

    private static int HexDigit(int symbol)
    {
        if (symbol >= '0' && symbol <= '9')
        {
            return symbol - '0';
        }

        int letter = symbol | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    /// <summary>True when the present text is this word of small letters, in any case.</summary>
    private bool IsWord(byte[] word)
    {
        if (Reader.ValueLength != word.Length || Reader.CopyString(_hex) != word.Length)
        {
            return false;
        }

        for (int i = 0; i < word.Length; i++)
        {
            if ((_hex[i] | SmallLetter) != word[i])
            {
                return false;
            }
        }

        return true;
    }

    private uint CodeOr(uint otherwise) => TryCode(out long code) ? (uint)code : otherwise;

    /// <summary>A code of 32 bits: a number, also one that was written as negative, the same as text, or hexadecimal text such as 0x03000100.</summary>
    private bool TryCode(out long code)
    {
        if (Reader.TryParseInt64(out code))
        {
            return code >= int.MinValue && code <= uint.MaxValue;
        }

        int length = Reader.Token == JsonToken.String && Reader.ValueLength <= MaxHexCode ? Reader.CopyString(_hex) : 0;
        if (length < 3 || _hex[0] != '0' || (_hex[1] | SmallLetter) != 'x')
        {
            return false;
        }

        code = 0;
        for (int i = 2; i < length; i++)
        {
            int digit = HexDigit(_hex[i]);
            if (digit < 0)
            {
                return false;
            }

            code = (code << 4) | (uint)digit;
        }

        return true;
    }

    private double Number(double otherwise) => Reader.TryParseDouble(out double value) ? value : otherwise;

    private int Whole(int otherwise)
    {
        double value = Number(double.NaN);
        return -MaxNumber < value && value < MaxNumber ? (int)value : otherwise;
    }

    /// <summary>A temperature that came and is none is unknown: the former one would hide a lost sensor.</summary>
    private double Celsius() => Temperature(Number(double.NaN));

    /// <summary>An id, as number or text; an empty text is no id, which is 0.</summary>
    private long Id(long otherwise)
    {
        if (Reader.TryParseInt64(out long value))
        {
            return value;
        }

        return Reader.Token == JsonToken.String && Reader.ValueLength == 0 ? 0 : otherwise;
    }
}
