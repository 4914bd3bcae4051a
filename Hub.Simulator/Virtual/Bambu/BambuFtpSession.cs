using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>One control connection. The replies are those of a real vsftpd 3.0.3, recorded; AVBL is the printers' own. Thread: its own task.</summary>
internal sealed class BambuFtpSession(VirtualBambu printer, Stream control, IPAddress address) : IDisposable
{
    private const string User = "bblp";

    private readonly FtpLines _lines = new(control);
    private readonly BambuFtpFolder _folder = new(printer);
    private string _user = "";
    private bool _hasUser;
    private bool _isLoggedIn;
    private bool _hasProtection;
    private bool _isPrivate;
    private bool _isOver;
    private long _restart;
    private BambuFtpData? _data;

    public async Task RunAsync(CancellationToken stop)
    {
        await SayAsync("220 (vsFTPd 3.0.3)", stop).ConfigureAwait(false);
        while (!_isOver && await _lines.ReadAsync(stop).ConfigureAwait(false) is { } line)
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            string verb = (space < 0 ? line : line[..space]).ToUpperInvariant();
            string argument = space < 0 ? "" : line[(space + 1)..];
            if (await AnswerAsync(verb, argument, stop).ConfigureAwait(false) is { } reply)
            {
                await SayAsync(reply, stop).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => _data?.Dispose();

    private async Task<string?> AnswerAsync(string verb, string argument, CancellationToken stop)
    {
        switch (verb)
        {
            case "USER":
                _user = argument;
                _hasUser = true;
                _isLoggedIn = false;
                return "331 Please specify the password.";
            case "PASS":
                return await LogInAsync(argument, stop).ConfigureAwait(false);
            case "QUIT":
                _isOver = true;
                return "221 Goodbye.";
            case "PBSZ":
                _hasProtection = true;
                return "200 PBSZ set to 0.";
            case "PROT":
                return await ProtectAsync(argument, stop).ConfigureAwait(false);
            case "FEAT":
                return "211-Features:\r\n AUTH TLS\r\n EPRT\r\n EPSV\r\n MDTM\r\n PASV\r\n PBSZ\r\n PROT\r\n REST STREAM\r\n SIZE\r\n TVFS\r\n211 End";
            case "NOOP":
                return "200 NOOP ok.";
            default:
                return _isLoggedIn ? await ServeAsync(verb, argument, stop).ConfigureAwait(false) : "530 Please login with USER and PASS.";
        }
    }

    private async Task<string?> ServeAsync(string verb, string argument, CancellationToken stop)
    {
        switch (verb)
        {
            case "TYPE":
                return argument is "I" or "L8" ? "200 Switching to Binary mode." : argument is "A" or "A N" ? "200 Switching to ASCII mode." : "500 Unrecognised TYPE command.";
            case "MODE":
                return argument == "S" ? "200 Mode set to S." : "504 Bad MODE command.";
            case "STRU":
                return argument == "F" ? "200 Structure set to F." : "504 Bad STRU command.";
            case "SYST":
                return "215 UNIX Type: L8";
            case "OPTS":
                return argument.Equals("UTF8 ON", StringComparison.OrdinalIgnoreCase) ? "200 Always in UTF8 mode." : "501 Option not understood.";
            case "PWD":
                return _folder.Show();
            case "CWD":
                return _folder.Enter(argument);
            case "CDUP":
                return _folder.EnterParent();
            case "PASV":
                Listen();
                byte[] quoted = (printer.Faults.PasvAddress is { } other ? IPAddress.Parse(other) : address).GetAddressBytes();
                return $"227 Entering Passive Mode ({string.Join(',', quoted)},{_data!.Port >> 8},{_data.Port & 255}).";
            case "EPSV":
                Listen();
                return $"229 Entering Extended Passive Mode (|||{_data!.Port}|).";
            case "REST":
                _restart = long.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out long offset) ? offset : 0;
                return $"350 Restart position accepted ({_restart}).";
            case "ALLO":
                return "202 ALLO command ignored.";
            case "PORT" or "EPRT":
                return $"500 Illegal {verb} command.";
            case "STOR" or "APPE":
                return await StoreAsync(argument, verb == "APPE", stop).ConfigureAwait(false);
            case "RETR":
                return await RetrieveAsync(argument, stop).ConfigureAwait(false);
            case "LIST" or "NLST":
                return await ListAsync(verb == "LIST", argument, stop).ConfigureAwait(false);
            case "ABOR":
                return "225 No transfer to ABOR.";
            case "AVBL":
                return printer.Card.IsPresent ? "213 " + printer.Card.FreeBytes : "550 Could not get the free space.";
            default:
                return _folder.Run(verb, argument);
        }
    }

    private async Task<string> LogInAsync(string password, CancellationToken stop)
    {
        if (!_hasUser)
        {
            return "503 Login with USER first.";
        }

        _hasUser = false;
        if (_user != User || password != printer.AccessCode)
        {
            await Task.Delay(printer.LoginDelayMs, stop).ConfigureAwait(false);
            return "530 Login incorrect.";
        }

        _isLoggedIn = true;
        return "230 Login successful.";
    }

    private async Task<string> ProtectAsync(string level, CancellationToken stop)
    {
        if (!_hasProtection)
        {
            return "503 PBSZ needed before PROT.";
        }

        if (level == "P" && printer.Faults.HangAtProtP)
        {
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(false);
        }

        _isPrivate = level == "P";
        return level switch
        {
            "P" => "200 PROT now Private.",
            "C" => "200 PROT now Clear.",
            _ => "504 PROT not recognized.",
        };
    }

    private void Listen()
    {
        _data?.Dispose();
        _data = new BambuFtpData(printer, address);
    }

    private async Task<string?> StoreAsync(string argument, bool isAppended, CancellationToken stop)
    {
        long offset = _restart;
        _restart = 0;
        string? path = _folder.Resolve(argument);
        if (string.IsNullOrEmpty(path) || !BambuCard.IsLegalName(path) || !printer.Card.IsPresent || printer.Card.FindFolder(path) != null
            || printer.Card.FindFolder(path.Contains('/') ? path[..path.LastIndexOf('/')] : "") == null)
        {
            return "553 Could not create file.";
        }

        offset = isAppended && printer.Card.FindFile(path) is { } present ? new FileInfo(present).Length : offset;
        string? reply = await TransferAsync("150 Ok to send data.", data => data.ReceiveAsync(path, offset, stop), stop).ConfigureAwait(false);
        _isOver |= reply == null && printer.Faults.LoseConfirmation == "close";
        return reply;
    }

    private async Task<string?> RetrieveAsync(string argument, CancellationToken stop)
    {
        string? path = _folder.Resolve(argument);
        if (path == null || printer.Card.FindFile(path) is not { } file)
        {
            return "550 Failed to open file.";
        }

        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return await TransferAsync($"150 Opening BINARY mode data connection for {argument} ({stream.Length} bytes).", data => data.SendAsync(stream, stop), stop).ConfigureAwait(false);
    }

    private async Task<string?> ListAsync(bool isLong, string argument, CancellationToken stop)
    {
        using MemoryStream text = new(Encoding.UTF8.GetBytes(_folder.List(isLong, argument)));
        return await TransferAsync("150 Here comes the directory listing.", data => data.SendAsync(text, stop), stop).ConfigureAwait(false);
    }

    // 150 is sent before the data connection's handshake. A refusal of an unencrypted one comes before 150, and the session goes on.
    private async Task<string?> TransferAsync(string begin, Func<BambuFtpData, Task<string?>> move, CancellationToken stop)
    {
        if (_data is not { } data)
        {
            return "425 Use PORT or PASV first.";
        }

        _data = null;
        using (data)
        {
            if (!_isPrivate && !(printer.Faults.AllowClearData ?? printer.Model.AllowsClearData))
            {
                return "522 Data connections must be encrypted.";
            }

            if (!printer.Card.TryBeginTransfer())
            {
                return "425 Failed to establish connection.";
            }

            try
            {
                int delayMs = printer.Faults.BeginDelayMs;
                bool isEarly = delayMs > 0 && await data.IsEarlyAsync(delayMs, stop).ConfigureAwait(false);
                await SayAsync(begin, stop).ConfigureAwait(false);
                if (isEarly)
                {
                    return await data.IgnoreAsync(stop).ConfigureAwait(false);
                }

                if (await data.ConnectAsync(_isPrivate, stop).ConfigureAwait(false) is { } refusal)
                {
                    // vsftpd ends the session when it refuses a data connection.
                    _isOver = refusal.StartsWith("522 ", StringComparison.Ordinal);
                    return refusal;
                }

                return await move(data).ConfigureAwait(false);
            }
            finally
            {
                printer.Card.EndTransfer();
            }
        }
    }

    private async Task SayAsync(string reply, CancellationToken stop) =>
        await control.WriteAsync(Encoding.UTF8.GetBytes(reply + "\r\n"), stop).ConfigureAwait(false);
}
