using Hub.Core.Json;

namespace Hub.Core.Printers.Bambu;

/// <content>
/// "device" of H2, P2, X2 and newer X1 firmware: temperatures packed as current (low 16 bits) and target (high 16 bits),
/// one per extruder; which extruder works stands in extruder.state.
/// </content>
internal sealed partial class BambuReport
{
    private const int MaxExtruders = 4;
    private const int MaxReasonBytes = 300;

    private static readonly JsonNames s_device = new JsonNames(new[] { "bed", "ctc", "extruder" });
    private static readonly JsonNames s_info = new JsonNames(new[] { "info" });
    private static readonly JsonNames s_temp = new JsonNames(new[] { "temp" });
    private static readonly JsonNames s_extruder = new JsonNames(new[] { "info", "state" });
    private static readonly JsonNames s_extruderInfo = new JsonNames(new[] { "id", "temp" });

    private readonly long[] _extruders = new long[MaxExtruders]; // packed temperature by id, -1 for none
    private bool _hasExtruders;
    private int _active;
    private long _bedTemp;

    private void BeginDevice()
    {
        _hasExtruders = false;
        _bedTemp = -1;
    }

    /// <summary>The device's temperatures go before the plain ones of the same report, which know one nozzle only.</summary>
    private void EndDevice()
    {
        if (_hasExtruders && _active < MaxExtruders && _extruders[_active] >= 0)
        {
            _next.Nozzle = Current(_extruders[_active]);
            _next.NozzleTarget = Target(_extruders[_active]);
        }

        if (_bedTemp >= 0)
        {
            _next.Bed = Current(_bedTemp);
            _next.BedTarget = Target(_bedTemp);
        }
    }

    private void ReadDevice()
    {
        if (Reader.Token != JsonToken.ObjectStart)
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            int key = s_device.IndexOf(Reader);
            if (key < 0)
            {
                Reader.Skip();
            }
            else if (OpenObject())
            {
                if (key == 2)
                {
                    ReadExtruder();
                }
                else
                {
                    ReadHeater(key == 0);
                }
            }
        }
    }

    /// <summary>bed.info.temp or ctc.info.temp, the chamber.</summary>
    private void ReadHeater(bool isBed)
    {
        while (Reader.Read() == JsonToken.Name)
        {
            if (s_info.IndexOf(Reader) != 0)
            {
                Reader.Skip();
            }
            else if (OpenObject())
            {
                long temp = ReadTemp();
                if (temp >= 0 && isBed)
                {
                    _bedTemp = temp;
                    _hasBed = true;
                }
                else if (temp >= 0)
                {
                    _next.DeviceChamber = Current(temp);
                }
            }
        }
    }

    /// <summary>print.info.temp: the chamber of X1 with newer firmware.</summary>
    private void ReadPrintInfo()
    {
        if (Reader.Token != JsonToken.ObjectStart)
        {
            return;
        }

        long temp = ReadTemp();
        if (temp >= 0)
        {
            _next.DeviceChamber = Current(temp);
        }
    }

    /// <summary>Inside an object: its packed "temp", or -1.</summary>
    private long ReadTemp()
    {
        long temp = -1;
        while (Reader.Read() == JsonToken.Name)
        {
            bool isTemp = s_temp.IndexOf(Reader) == 0;
            Reader.Read();
            temp = isTemp ? Packed() : temp;
            Reader.Skip();
        }

        return temp;
    }

    private void ReadExtruder()
    {
        while (Reader.Read() == JsonToken.Name)
        {
            int key = s_extruder.IndexOf(Reader);
            Reader.Read();
            if (key == 0 && Reader.Token == JsonToken.ArrayStart)
            {
                ReadExtruders();
            }
            else if (key == 1 && Reader.TryParseInt64(out long state) && state >= 0)
            {
                // Low 4 bits count the extruders, the next 4 name the one that works.
                _active = (int)((state >> 4) & 0xF);
            }

            Reader.Skip();
        }
    }

    private void ReadExtruders()
    {
        _hasExtruders = true;
        for (int i = 0; i < MaxExtruders; i++)
        {
            _extruders[i] = -1;
        }

        while (Reader.Read() != JsonToken.ArrayEnd)
        {
            if (Reader.Token == JsonToken.ObjectStart)
            {
                ReadOneExtruder();
            }
            else
            {
                Reader.Skip();
            }
        }
    }

    private void ReadOneExtruder()
    {
        long id = -1;
        long temp = -1;
        while (Reader.Read() == JsonToken.Name)
        {
            int key = s_extruderInfo.IndexOf(Reader);
            Reader.Read();
            if (key == 0 && Reader.TryParseInt64(out long value))
            {
                id = value;
            }
            else if (key == 1)
            {
                temp = Packed();
            }

            Reader.Skip();
        }

        if (id >= 0 && id < MaxExtruders)
        {
            _extruders[(int)id] = temp;
        }
    }

    private long Packed() => Reader.TryParseInt64(out long value) && value >= 0 && value <= uint.MaxValue ? value : -1;

    private static double Current(long packed) => Temperature(packed & 0xFFFF);

    private static double Target(long packed) => Temperature((packed >> 16) & 0xFFFF);
}
