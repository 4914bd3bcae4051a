using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Text;

namespace Hub.Core.Manager;

/// <summary>
/// The starts that were sent and not seen yet, in the hub's storage: a hub that restarts, or a second process on the same
/// data folder, sends none a second time. One entry for each printer, by its serial or URL, so that a new id changes nothing.
/// Storage that fails costs this protection, not the print. Thread: any.
/// </summary>
internal sealed class OpenStarts
{
    private const int TicksPerMs = 10000;
    private const int KeyDigits = 8;

    private readonly IHal _hal;
    private readonly Log _log;

    public OpenStarts(IHal hal, Log log)
    {
        _hal = hal;
        _log = log;
    }

    /// <summary>Notes a start before it is sent.</summary>
    /// <param name="printer">Where it goes.</param>
    /// <param name="forMs">How long no other one may follow, in ms.</param>
    public void Remember(PrinterConfig printer, int forMs)
    {
        try
        {
            byte[] place = Place(printer);
            byte[] value = new byte[sizeof(long) + place.Length];
            BitConverter.GetBytes(UtcMs() + forMs).CopyTo(value, 0);
            place.CopyTo(value, sizeof(long));
            _hal.Nvs.Write(NvsNamespaces.Starts, Key(place), value);
        }
        catch (HubException e)
        {
            _log.Warning(printer.Id, "a restart of the hub would not know of this start: " + e.Message);
        }
    }

    /// <summary>The outcome is known.</summary>
    public void Forget(PrinterConfig printer)
    {
        try
        {
            _hal.Nvs.Delete(NvsNamespaces.Starts, Key(Place(printer)));
        }
        catch (HubException e)
        {
            _log.Warning(printer.Id, "the note of a start that has ended stays for some minutes: " + e.Message);
        }
    }

    /// <summary>For how many ms a noted start stays open, at most <paramref name="mostMs"/>; 0 for none.</summary>
    public int LeftMs(PrinterConfig printer, int mostMs)
    {
        byte[] place = Place(printer);
        byte[]? value = null;
        try
        {
            value = _hal.Nvs.Read(NvsNamespaces.Starts, Key(place));
        }
        catch (HubException e)
        {
            _log.Warning(printer.Id, "the storage does not say whether a start is on its way: " + e.Message);
        }

        if (value == null || !IsOf(value, place))
        {
            return 0;
        }

        if (!_hal.Clock.IsUtcSynced)
        {
            // Without the time of day the wait begins anew with each restart.
            return mostMs;
        }

        long leftMs = BitConverter.ToInt64(value, 0) - UtcMs();
        return leftMs <= 0 ? 0 : leftMs > mostMs ? mostMs : (int)leftMs;
    }

    private long UtcMs() => _hal.Clock.UtcNow.Ticks / TicksPerMs;

    /// <summary>What one printer is, whatever its id.</summary>
    private static byte[] Place(PrinterConfig printer) =>
        Encoding.UTF8.GetBytes(printer.Type + " " + (printer.Serial ?? printer.Url ?? printer.Id));

    private static string Key(byte[] place) => HexText.Of(BitConverter.GetBytes(Crc32.Compute(place, 0, place.Length)), KeyDigits);

    /// <summary>True unless two printers share a key.</summary>
    private static bool IsOf(byte[] value, byte[] place)
    {
        if (value.Length != sizeof(long) + place.Length)
        {
            return false;
        }

        for (int i = 0; i < place.Length; i++)
        {
            if (value[sizeof(long) + i] != place[i])
            {
                return false;
            }
        }

        return true;
    }
}
