using System;
using System.Buffers.Text;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Printers;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>
/// A Bambu printer in LAN mode as its clients see it: MQTT and FTPS over TLS 1.2. Written from public reverse engineering (OpenBambuAPI, ha-bambulab,
/// open-bamboo-networking) without the hub's own client code; not compared with a real printer. Thread: any.
/// </summary>
public sealed class VirtualBambu : VirtualPrinter, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly BambuCertificates _certificates;
    private readonly BambuBroker _broker;
    private readonly BambuFtpServer _ftp;
    private readonly BambuCommands _commands;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private VirtualBambuFaults _faults = VirtualBambuFaults.None;
    private Task _ticking = Task.CompletedTask;
    private Task _rebooting = Task.CompletedTask;

    public VirtualBambu(string id, string name, string serial, string accessCode, BambuModel model, VirtualMachine machine, VirtualStorage storage, BambuCertificates certificates, TimeProvider time, IPAddress address)
        : base(id, name, PrinterTypes.Bambu, machine)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        Serial = serial;
        AccessCode = accessCode;
        Model = model;
        ListenAddress = address;
        _certificates = certificates;
        _time = time;
        Tls = new BambuTls(certificates.LeafOf(serial));
        Card = new BambuCard(this, storage);
        Print = new BambuPrint(machine, model, time);
        Reporter = new BambuReporter(this);
        _commands = new BambuCommands(this);
        _broker = new BambuBroker(this, address);
        _ftp = new BambuFtpServer(this, address);
    }

    public string Serial { get; }

    public string AccessCode { get; }

    public BambuModel Model { get; }

    public IPAddress ListenAddress { get; }

    public int MqttPort => _broker.Port;

    public int FtpsPort => _ftp.Port;

    /// <summary>Clients of the broker.</summary>
    public int ClientCount => _broker.ClientCount;

    /// <summary>The current certificate.</summary>
    public X509Certificate2 Certificate => Tls.Certificate;

    /// <summary>The CA that signed it, as PEM.</summary>
    public string CaPem => _certificates.CaPem;

    /// <summary>Delay before 530 for a wrong password; 1 to 3 s with vsftpd.</summary>
    public int LoginDelayMs { get; set; } = 3000;

    /// <summary>Time between two reports; one second on real printers.</summary>
    public int ReportMs { get; init; } = 1000;

    public override string Address => $"mqtts://{ListenAddress}:{MqttPort} ftps://{ListenAddress}:{FtpsPort} serial {Serial} code {AccessCode} faults http://127.0.0.1:{Port}/virtual/faults";

    /// <summary>The injected faults; setting them also performs the one-time faults.</summary>
    public VirtualBambuFaults Faults
    {
        get
        {
            lock (_gate)
            {
                return _faults;
            }
        }

        set
        {
            bool isOtherCertificate;
            lock (_gate)
            {
                isOtherCertificate = _faults.Certificate != value.Certificate;
                _faults = value;
            }

            if (isOtherCertificate)
            {
                Tls.Use(CertificateOf(value.Certificate));
            }

            if (value.Broker != null)
            {
                _broker.BreakConnections();
            }

            if (value.PrintError is { } error)
            {
                Print.Fail(int.Parse(error, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            }

            if (value.RebootSeconds > 0)
            {
                _ = RebootAsync(TimeSpan.FromSeconds(value.RebootSeconds));
            }
        }
    }

    internal BambuTls Tls { get; }

    internal BambuCard Card { get; }

    internal BambuPrint Print { get; }

    internal BambuPanel Panel { get; } = new();

    internal BambuReporter Reporter { get; }

    /// <summary>The card's files.</summary>
    public VirtualStorage Storage => Card.Storage;

    /// <summary>on, off or flashing</summary>
    public string ChamberLight => Panel.ChamberLight;

    /// <summary>Listens; port 0 uses a free one. Errors: SocketException when a port is taken.</summary>
    public async Task StartAsync(int mqttPort, int ftpsPort)
    {
        await _broker.StartAsync(mqttPort).ConfigureAwait(false);
        _ftp.Start(ftpsPort);
        _ticking = TickAsync();
    }

    /// <summary>Both servers are down for a while, then the printer is idle. Completes when they listen again.</summary>
    public Task RebootAsync(TimeSpan downtime)
    {
        lock (_gate)
        {
            return _rebooting = _rebooting.IsCompleted ? RebootOnceAsync(downtime) : _rebooting;
        }
    }

    public override byte[] ReadFaults() => Faults.ToJson();

    public override void WriteFaults(byte[] json)
    {
        VirtualBambuFaults faults = VirtualBambuFaults.Parse(json);
        if (faults.PrintError != null && !int.TryParse(faults.PrintError, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out _))
        {
            throw new JsonException("printError must be 8 hex digits, such as \"03008008\"");
        }

        if (faults.StartError != null && !int.TryParse(faults.StartError, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out _))
        {
            throw new JsonException("startError must be 8 hex digits, such as \"0500C010\"");
        }

        faults.EmptySlotNumbers();
        if (faults.Hms != null && (faults.Hms.Length != 16 || !ulong.TryParse(faults.Hms, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out _)))
        {
            throw new JsonException("hms must be 16 hex digits, such as \"0300960000030001\"");
        }

        if (faults.Garbage != null && BambuReporter.Garbage(faults.Garbage) == null)
        {
            throw new JsonException("garbage must be binary, cut, types, huge or html");
        }

        if (faults.Broker != null && BambuStranger.Answer(faults.Broker) == null)
        {
            throw new JsonException("broker must be drop, garbage, half, error or stranger");
        }

        if (faults.LoseConfirmation is not (null or "silent" or "close"))
        {
            throw new JsonException("loseConfirmation must be silent or close");
        }

        if (faults.Certificate is not (null or "changed" or "expired" or "otherName" or "alone"))
        {
            throw new JsonException("certificate must be changed, expired, otherName or alone");
        }

        if (faults.PasvAddress != null && !IPAddress.TryParse(faults.PasvAddress, out _))
        {
            throw new JsonException("pasvAddress must be an IP address");
        }

        Faults = faults;
    }

    public override PrinterConfig ToConfig() => new()
    {
        Id = Id,
        Name = Name,
        Type = Type,
        Host = ListenAddress.ToString(),
        MqttPort = MqttPort,
        FtpsPort = FtpsPort,
        Serial = Serial,
        Model = Model.Name,
        AccessCode = new Secret(AccessCode),
        Tls = new TlsOptions { PinSha256 = BambuCertificates.PinOf(Certificate) },
    };

    public override PrinterConfig ToBoardConfig()
    {
        PrinterConfig config = ToConfig();
        config.Tls = new TlsOptions { CaPem = CaPem };
        return config;
    }

    public override bool StartJob(string name, string head)
    {
        string part = Storage.NewUploadPath();
        using (ZipArchive zip = ZipFile.Open(part, ZipArchiveMode.Create))
        using (StreamWriter plate = new(zip.CreateEntry("Metadata/plate_1.gcode").Open()))
        {
            plate.Write(head + "M104 S220\nM140 S55\nG28\n");
        }

        string full = Storage.Place(part, name + ".gcode.3mf");
        BambuTask task = new() { GcodeFile = "/data/Metadata/plate_1.gcode", SubtaskName = name, Type = "local" };
        return BambuPlate.Read(full, "Metadata/plate_1.gcode", "", Storage, name + ".gcode.3mf") is { } job && Print.Start(job, task);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _rebooting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _broker.StopAsync().ConfigureAwait(false);
        _ftp.Stop();
        await _ticking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Reporter.Dispose();
        Print.Dispose();
        _stop.Dispose();
    }

    /// <summary>A request from a client of the broker.</summary>
    internal async Task RequestAsync(byte[] payload)
    {
        byte[]? reply = _commands.Handle(payload);
        VirtualBambuFaults faults = Faults;
        if (reply != null && !faults.Silent && !faults.LoseReplies)
        {
            await _broker.ReportAsync(Spoilt(reply, faults)).ConfigureAwait(false);
        }
    }

    private static byte[] Spoilt(byte[] report, VirtualBambuFaults faults) => faults.Garbage == null ? report : BambuReporter.Garbage(faults.Garbage) ?? report;

    private async Task TickAsync()
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(ReportMs), _time);
        while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
        {
            VirtualBambuFaults faults = Faults;
            if (_broker.ClientCount > 0 && !faults.Silent && Reporter.Tick() is { } report)
            {
                TellBedTarget(report);
                await _broker.ReportAsync(Spoilt(report, faults)).ConfigureAwait(false);
            }
        }
    }

    private void TellBedTarget(byte[] report)
    {
        if (BedTargetLeaves == null)
        {
            return;
        }

        int at = report.AsSpan().IndexOf("\"bed_target_temper\":"u8);
        if (at >= 0 && Utf8Parser.TryParse(report.AsSpan(at + "\"bed_target_temper\":"u8.Length), out double target, out _))
        {
            BedTargetLeaves(target);
        }
    }

    private async Task RebootOnceAsync(TimeSpan downtime)
    {
        await _broker.StopAsync().ConfigureAwait(false);
        _ftp.Stop();
        Panel.Reset();
        Print.Reboot();
        await Task.Delay(downtime, _time, _stop.Token).ConfigureAwait(false);
        await _broker.StartAsync(MqttPort).ConfigureAwait(false);
        _ftp.Start(FtpsPort);
    }

    private SslStreamCertificateContext CertificateOf(string? fault) => fault switch
    {
        "changed" => _certificates.MakeLeaf(Serial, validDays: 365),
        "expired" => _certificates.MakeLeaf(Serial, validDays: -1),
        "otherName" => _certificates.MakeLeaf(Model.SerialOf(999999999), validDays: 365),
        "alone" => _certificates.LeafAlone(Serial),
        _ => _certificates.LeafOf(Serial),
    };
}
