using System;
using System.IO;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Printers;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual.PrusaLink;

/// <summary>
/// PrusaLink as its clients see it: the Buddy firmware's (6.2) or the Python one's (0.8.1). Written from their sources (Prusa-Firmware-Buddy lib/WUI,
/// Prusa-Link prusa/link/web) and user reports; not compared with a real printer.
/// </summary>
public sealed class VirtualPrusaLink : VirtualHttpPrinter
{
    /// <summary>Buddy's HTTP server has three connection slots (lib/WUI/nhttp/server.h).</summary>
    private const int BuddyConnections = 3;

    private readonly Lock _gate = new();
    private readonly PrusaLinkAuth _auth;
    private readonly PrusaLinkFiles _files;
    private int _jobId = 128;
    private bool _resumesWhenPaused;

    public VirtualPrusaLink(bool isPython, string id, string name, string apiKey, VirtualMachine machine, VirtualStorage storage, TimeProvider time, long maxUploadBytes)
        : base(id, name, PrinterTypes.PrusaLink, apiKey, machine)
    {
        ArgumentNullException.ThrowIfNull(apiKey);
        IsPython = isPython;
        Storage = storage;
        User = isPython ? "prusa" : "maker";

        // On Buddy the password is the key.
        Password = isPython ? "fakepass" + apiKey[^4..] : apiKey;
        _auth = new PrusaLinkAuth(isPython, apiKey, User, Password, time);
        _files = new PrusaLinkFiles(isPython, this, storage, time, maxUploadBytes);
    }

    public bool IsPython { get; }

    public VirtualStorage Storage { get; }

    /// <inheritdoc/>
    public override string User { get; }

    /// <inheritdoc/>
    public override string Password { get; }

    /// <inheritdoc/>
    public override bool PrefersPassword => IsPython;

    /// <inheritdoc/>
    public override int MaxConnections => IsPython ? int.MaxValue : BuddyConnections;

    internal string StorageName => IsPython ? "local" : "usb";

    /// <summary>When set, only the API before v1 is served.</summary>
    public bool IsLegacy { get; set; }

    /// <summary>Forgets every nonce, as a restart does.</summary>
    public void ForgetNonces() => _auth.ForgetNonces();

    /// <inheritdoc/>
    public override bool StartJob(string name, string head)
    {
        MachineJob job = PlaceJob(Storage, name, head);
        return Start(job.Path, Storage.Find(job.Path)!);
    }

    /// <inheritdoc/>
    public override async Task<VirtualReply?> HandleAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (IsPython)
        {
            // wsgiref serves HTTP/1.0.
            context.Response.Headers.Connection = "close";
        }

        return _auth.Check(context) ?? await RouteAsync(context).ConfigureAwait(false);
    }

    /// <summary>The machine now; first performs a resume that waited for the pause.</summary>
    internal MachineSnapshot Read()
    {
        MachineSnapshot machine = Machine.Read();
        lock (_gate)
        {
            if (!_resumesWhenPaused || machine.State == MachineState.Pausing)
            {
                return machine;
            }

            _resumesWhenPaused = false;
        }

        if (machine.State == MachineState.Paused)
        {
            Machine.Resume();
        }

        return Machine.Read();
    }

    /// <summary>Prints a stored file; false when the printer is not ready.</summary>
    internal bool Start(string path, string fullPath)
    {
        MachineSnapshot machine = Machine.Read();
        if (IsPython && !machine.IsActive && PrusaLinkState.IsEnding(machine))
        {
            return false;
        }

        lock (_gate)
        {
            if (!Machine.Select(GcodeFile.ReadJob(fullPath, path)) || !Machine.Start())
            {
                return false;
            }

            _jobId++;
            _resumesWhenPaused = false;
            return true;
        }
    }

    private async Task<VirtualReply?> RouteAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        string path = (request.Path.Value ?? "/").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        bool isGet = HttpMethods.IsGet(request.Method);
        switch (path.Split('/'))
        {
            case ["", "api", "version"] when isGet:
                return VirtualReply.Json(200, IsPython ? PrusaLinkTexts.PythonVersion() : PrusaLinkTexts.BuddyVersion(hasV1: !IsLegacy));
            case ["", "api", "printer"] when isGet:
                return VirtualReply.Json(200, PrusaLinkLegacy.Printer(Read(), IsPython));
            case ["", "api", "job"] when isGet:
                return VirtualReply.Json(200, PrusaLinkLegacy.Job(Read(), IsPython));
            case ["", "api", "files"]:
                return _files.LegacyList(request);
            case ["", "usb", .. string[] file] when isGet && !IsPython:
                return await _files.DownloadAsync(context, string.Join('/', file)).ConfigureAwait(false);
            case ["", "api", "files", "local", "PrusaLink gcodes", .. string[] file, "raw"] when isGet && IsPython:
                return await _files.DownloadAsync(context, string.Join('/', file)).ConfigureAwait(false);
            case ["", "api", "printer", var part] when IsPython && HttpMethods.IsPost(request.Method):
                return await PrusaLinkControls.RunAsync(this, request, part).ConfigureAwait(false);
            case ["", "api", "v1", .. string[] rest] when !IsLegacy:
                return await V1Async(context, rest, isGet).ConfigureAwait(false);
            default:
                return PrusaLinkTexts.NotFound(request);
        }
    }

    private async Task<VirtualReply> V1Async(HttpContext context, string[] path, bool isGet)
    {
        HttpRequest request = context.Request;
        MachineSnapshot machine = Read();
        switch (path)
        {
            case ["status"] when isGet:
                return VirtualReply.Json(200, PrusaLinkState.Status(machine, IsPython, _jobId, _files.Uploads.Transfer));
            case ["job"] when isGet:
                return PrusaLinkState.HasJob(machine, IsPython) ? VirtualReply.Json(200, PrusaLinkState.Job(machine, IsPython, _jobId)) : PrusaLinkTexts.NoContent();
            case ["job", var id, .. string[] command]:
                return ControlJob(request, machine, id, command.Length == 0 ? "" : command[0]);
            case ["info"] when isGet:
                return VirtualReply.Json(200, Info());
            case ["storage"] when isGet:
                return VirtualReply.Json(200, Storages());
            case ["transfer"] when isGet:
                return _files.Uploads.Show();
            case ["files", var store, .. string[] file] when file.Length > 0 || isGet:
                return await _files.HandleAsync(context, store, string.Join('/', file).TrimEnd('/')).ConfigureAwait(false);
            case ["files", ..]:
                return PrusaLinkTexts.Error(request, IsPython ? 404 : 403, "Location Not Found", "Location not found, use local.");
            default:
                return PrusaLinkTexts.NotFound(request);
        }
    }

    private JsonObject Info() => IsPython
        ? new JsonObject
        {
            ["name"] = Name,
            ["location"] = "",
            ["farm_mode"] = false,
            ["network_error_chime"] = false,
            ["nozzle_diameter"] = 0.4,
            ["min_extrusion_temp"] = 170,
            ["serial"] = "CZPX0000X000XK00000",
            ["hostname"] = "virtual-pi",
            ["port"] = "/dev/ttyAMA0",
        }
        : new JsonObject { ["nozzle_diameter"] = 0.4, ["mmu"] = false, ["serial"] = "CZPX0000X000XC00000", ["hostname"] = "virtual-mk4", ["min_extrusion_temp"] = 170 };

    private JsonObject Storages() => new()
    {
        ["storage_list"] = IsPython
            ? new JsonArray(
                new JsonObject { ["type"] = "LOCAL", ["path"] = "/local", ["available"] = true, ["free_space"] = 12_000_000_000L, ["total_space"] = 30_000_000_000L, ["read_only"] = false, ["name"] = "PrusaLink gcodes", ["print_files"] = 0, ["system_files"] = 0 },
                new JsonObject { ["type"] = "SDCARD", ["path"] = "/sdcard", ["available"] = false })
            : new JsonArray(new JsonObject { ["path"] = "/usb/", ["name"] = "usb", ["type"] = "USB", ["read_only"] = false, ["available"] = !Faults.NoStorage }),
    };

    private VirtualReply ControlJob(HttpRequest request, MachineSnapshot machine, string id, string command)
    {
        bool isStop = command.Length == 0 && HttpMethods.IsDelete(request.Method);
        bool isCommand = isStop || (command is "pause" or "resume" && HttpMethods.IsPut(request.Method));
        if (!int.TryParse(id, out int number) || (IsPython && !isCommand))
        {
            return PrusaLinkTexts.Error(request, 400, "400: Bad Request", "");
        }

        if (number != _jobId)
        {
            return IsPython ? PrusaLinkTexts.Error(request, 404, "Not Current Job", "Given job id does not belong to current job") : PrusaLinkTexts.NotFound(request);
        }

        if (!isCommand)
        {
            // For the last job's id Buddy checks the method, even when the job is over (prusa_link_api_v1.cpp).
            return HttpMethods.IsPut(request.Method)
                ? PrusaLinkTexts.Error(request, 400, "400: Bad Request", "")
                : PrusaLinkTexts.Error(request, 405, "405: Method Not Allowed", "");
        }

        string word = PrusaLinkState.Word(machine, IsPython);
        bool isReady = machine.IsActive && (word == "PRINTING" ? command != "resume" : word == "PAUSED" && command != "pause");
        if (!isReady)
        {
            return !IsPython ? PrusaLinkTexts.Conflict(request, "")
                : command == "resume" ? PrusaLinkTexts.Error(request, 409, "Printer Is Not Paused", "Operation you want can only be done when printer is paused.")
                : PrusaLinkTexts.Error(request, 409, "Printer Is Not Printing", "Operation you want can only be done when printer is printing.");
        }

        Control(machine, isStop ? "stop" : command);
        return PrusaLinkTexts.NoContent();
    }

    private void Control(MachineSnapshot machine, string command)
    {
        switch (command)
        {
            case "stop":
                Machine.Cancel();
                break;
            case "pause":
                Machine.Pause();
                break;
            case "resume" when machine.State == MachineState.Pausing:
                // marlin_server.cpp remembers a resume that arrives while pausing.
                lock (_gate)
                {
                    _resumesWhenPaused = true;
                }

                break;
            case "resume":
                Machine.Resume();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(command), command, "not a command of a job");
        }
    }
}
