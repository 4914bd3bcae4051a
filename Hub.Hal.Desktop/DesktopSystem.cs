using System;
using System.Linq;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Logging;

namespace Hub.Hal.Desktop;

/// <summary>This process as a machine. Thread: any.</summary>
public sealed class DesktopSystem : ISystem, IDisposable
{
    private const string Namespace = NvsNamespaces.System;
    private const string DeviceIdKey = "device-id";
    private const int MacBytes = 6;

    private readonly INvs _nvs;
    private readonly Action<string> _reboot;
    private readonly Timer _watchdog;
    private readonly Lock _gate = new();
    private readonly Lazy<string?> _macAddress = new(FindMacAddress);
    private string? _deviceId;
    private int _watchdogMs;

    /// <summary>Makes the machine.</summary>
    /// <param name="nvs">Where the device id is kept.</param>
    /// <param name="reboot">Ends the process; receives the reason. Called on the caller's thread, by the watchdog on a timer's.</param>
    /// <param name="cpuCostFactor"><see cref="CpuCostFactor"/>.</param>
    public DesktopSystem(INvs nvs, Action<string> reboot, int cpuCostFactor = 0)
    {
        CpuCostFactor = cpuCostFactor;
        _nvs = nvs;
        _reboot = reboot;
        _watchdog = new Timer(_ => Guard.Try(null, "", Bite));
    }

    /// <inheritdoc/>
    public string DeviceId
    {
        get
        {
            lock (_gate)
            {
                return _deviceId ??= ReadOrMakeDeviceId();
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>That of the first network that is up.</remarks>
    public string? MacAddress => _macAddress.Value;

    /// <inheritdoc/>
    public string? HardwareVersion => RuntimeInformation.RuntimeIdentifier;

    /// <inheritdoc/>
    public string ResetReason => "start";

    /// <inheritdoc/>
    /// <remarks>0, or the board's under its limits: it only slows the polls down.</remarks>
    public int CpuCostFactor { get; }

    /// <inheritdoc/>
    public long UsedMemoryBytes => GC.GetTotalMemory(forceFullCollection: false);

    /// <inheritdoc/>
    public long FreeMemoryBytes
    {
        get
        {
            GCMemoryInfo info = GC.GetGCMemoryInfo();
            return Math.Max(0, info.TotalAvailableMemoryBytes - UsedMemoryBytes);
        }
    }

    /// <inheritdoc/>
    public void FillRandom(byte[] buffer) => RandomNumberGenerator.Fill(buffer);

    /// <inheritdoc/>
    public void Reboot(string reason) => _reboot(reason);

    /// <inheritdoc/>
    public void ArmWatchdog(int timeoutMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timeoutMs);
        lock (_gate)
        {
            _watchdogMs = timeoutMs;
            Wind();
        }
    }

    /// <inheritdoc/>
    public void FeedWatchdog()
    {
        lock (_gate)
        {
            Wind();
        }
    }

    /// <summary>Disarms the watchdog.</summary>
    public void Dispose() => _watchdog.Dispose();

    private static string? FindMacAddress()
    {
        try
        {
            byte[]? bytes = NetworkInterface.GetAllNetworkInterfaces()
                .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                .Select(i => i.GetPhysicalAddress().GetAddressBytes())
                .FirstOrDefault(b => b.Length == MacBytes);
            return bytes == null ? null : string.Join(':', bytes.Select(b => $"{b:x2}"));
        }
        catch (NetworkInformationException)
        {
            return null;
        }
    }

    private void Wind() => _watchdog.Change(_watchdogMs == 0 ? Timeout.Infinite : _watchdogMs, Timeout.Infinite);

    private void Bite()
    {
        int timeoutMs;
        lock (_gate)
        {
            timeoutMs = _watchdogMs;
            _watchdogMs = 0;
        }

        if (timeoutMs == 0)
        {
            return;
        }

        try
        {
            _reboot($"watchdog: the hub gave no sign of life for {timeoutMs} ms");
        }
        catch
        {
            // The process did not end: the watchdog fires again.
            ArmWatchdog(timeoutMs);
            throw;
        }
    }

    private string ReadOrMakeDeviceId()
    {
        byte[]? stored = _nvs.Read(Namespace, DeviceIdKey);
        if (stored is { Length: > 0 and <= 36 })
        {
            return Encoding.ASCII.GetString(stored);
        }

        string made = Guid.NewGuid().ToString("D");
        _nvs.Write(Namespace, DeviceIdKey, Encoding.ASCII.GetBytes(made));
        return made;
    }
}
