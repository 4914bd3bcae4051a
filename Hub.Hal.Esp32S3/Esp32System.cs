using System;
using System.Net.NetworkInformation;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Hal;
using nanoFramework.Runtime.Native;

namespace Hub.Hal.Esp32S3;

/// <summary>The board itself.</summary>
internal sealed class Esp32System : ISystem
{
    private static readonly string[] s_hexDigits = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f" };

    private const string RebootKey = "reboot";

    private readonly INvs _nvs;
    private readonly long _freeAtStart = FreeBytes();
    private string? _resetReason;

    /// <summary>Makes it.</summary>
    /// <param name="nvs">Where an asked-for reboot leaves its mark.</param>
    internal Esp32System(INvs nvs)
    {
        _nvs = nvs;
    }

    /// <summary>
    /// <c>esp32-</c> and the MAC address of the first network interface. Errors:
    /// <see cref="ErrorCode.NotSupported"/> where the CLR has none.
    /// </summary>
    public string DeviceId => "esp32-" + Hex(AddressBytes() ?? throw new HubException(ErrorCode.NotSupported, "this CLR has no network interface whose address could name the hub"));

    /// <inheritdoc/>
    public string? MacAddress
    {
        get
        {
            byte[]? bytes = AddressBytes();
            return bytes == null ? null : Hex(bytes, ":");
        }
    }

    /// <inheritdoc/>
    public string? HardwareVersion => "esp32-s3";

    /// <summary>By an estimate that was never measured on a board (docs/board.md).</summary>
    public int CpuCostFactor => 100;

    /// <summary><c>reboot</c> when the hub itself asked for it, otherwise <c>unknown</c>: nanoFramework has no call for it.</summary>
    public string ResetReason
    {
        get
        {
            lock (_nvs)
            {
                if (_resetReason == null)
                {
                    _resetReason = TakeMark() ? "reboot" : "unknown";
                }

                return _resetReason;
            }
        }
    }

    /// <summary>Bytes used since this driver was made; the CLR reports only the free ones. Runs a garbage collection.</summary>
    public long UsedMemoryBytes => _freeAtStart - FreeBytes();

    /// <summary>Bytes free on the managed heap. Runs a garbage collection.</summary>
    public long FreeMemoryBytes => FreeBytes();

    /// <summary>On the ESP32 the CLR's Random returns numbers of the hardware generator (esp_random), whatever its seed.</summary>
    public void FillRandom(byte[] buffer) => new Random().NextBytes(buffer);

    /// <inheritdoc/>
    public void Reboot(string reason)
    {
        Console.WriteLine("reboot: " + reason);
        LeaveMark(reason);
        Power.RebootDevice(RebootOption.NormalReboot);
    }

    /// <summary>Refuses to arm: nanoFramework has no watchdog; a supervisor that replaces it is still to come.</summary>
    public void ArmWatchdog(int timeoutMs)
    {
        if (timeoutMs != 0)
        {
            throw new HubException(ErrorCode.NotSupported, "this board build has no watchdog yet");
        }
    }

    /// <summary>Does nothing: no watchdog can be armed.</summary>
    public void FeedWatchdog()
    {
        // Nothing is armed.
    }

    private void LeaveMark(string reason)
    {
        try
        {
            _nvs.Write(NvsNamespaces.System, RebootKey, Encoding.UTF8.GetBytes(reason));
        }
        catch (HubException)
        {
            // Then the next start does not know why; it is no reason not to restart.
        }
    }

    private bool TakeMark()
    {
        try
        {
            bool isMarked = _nvs.Read(NvsNamespaces.System, RebootKey) != null;
            if (isMarked)
            {
                _nvs.Delete(NvsNamespaces.System, RebootKey);
            }

            return isMarked;
        }
        catch (HubException)
        {
            return false;
        }
    }

    private static long FreeBytes() => nanoFramework.Runtime.Native.GC.Run(false);

    private static byte[]? AddressBytes()
    {
        try
        {
            NetworkInterface[] interfaces = NetworkInterface.GetAllNetworkInterfaces();
            return interfaces.Length > 0 ? interfaces[0].PhysicalAddress : null;
        }
        catch (NotSupportedException)
        {
            // A CLR built without a network, such as the one for a PC.
            return null;
        }
    }

    private static string Hex(byte[] bytes) => Hex(bytes, "");

    private static string Hex(byte[] bytes, string separator)
    {
        string text = "";
        for (int i = 0; i < bytes.Length; i++)
        {
            text += (i == 0 ? "" : separator) + s_hexDigits[bytes[i] >> 4] + s_hexDigits[bytes[i] & 15];
        }

        return text;
    }
}
