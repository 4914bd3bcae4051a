using System.Text;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Json;
using Hub.Core.Logging;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// Address and login of one Moonraker (moonraker docs/external_api/authorization.md), shared by all connections to it: the worker's, an upload's, an
/// emergency stop's. Thread: any.
/// </summary>
internal sealed class MoonrakerAccess
{
    /// <summary>A login's token holds an hour; it is renewed before.</summary>
    private const int TokenMs = 50 * 60 * 1000;

    private readonly Log? _log;
    private readonly string _id;
    private readonly Secret? _user;
    private readonly Secret? _password;
    private readonly object _lock = new object();
    private Secret? _token;
    private Secret? _maskedToken;
    private Secret? _formerMaskedToken;
    private long _tokenSinceMs;
    private ProxyLogin _proxy;

    /// <param name="hal">For all connections.</param>
    /// <param name="origin">Moonraker's address.</param>
    /// <param name="config">Its credentials and whom to trust.</param>
    /// <param name="log">Gets the tokens to mask; null when nothing is logged.</param>
    public MoonrakerAccess(IHal hal, HttpOrigin origin, PrinterConfig config, Log? log)
    {
        Hal = hal;
        Origin = origin;
        Tls = config.Tls;
        ApiKey = config.ApiKey;
        _log = log;
        _id = config.Id;
        if (config.User != null && config.Password != null)
        {
            _user = new Secret(config.User);
            _password = config.Password;
        }
    }

    public IHal Hal { get; }

    public HttpOrigin Origin { get; }

    public TlsOptions? Tls { get; }

    public Secret? ApiKey { get; }

    /// <summary>True when user and password are Moonraker's: a key goes before them.</summary>
    public bool HasLogin => ApiKey == null && HasPassword;

    /// <summary>True when user and password are configured.</summary>
    public bool HasPassword => _password != null;

    /// <summary>The user; only with <see cref="HasPassword"/>.</summary>
    public string User => _user!.Reveal();

    /// <summary>The password; only with <see cref="HasPassword"/>.</summary>
    public Secret Password => _password!;

    /// <summary>True when a key or a login is configured.</summary>
    public bool HasCredentials => ApiKey != null || HasPassword;

    /// <summary>Which login a proxy in front of Moonraker asked for; user and password are then its, not Moonraker's.</summary>
    public ProxyLogin Proxy
    {
        get
        {
            lock (_lock)
            {
                return _proxy;
            }
        }

        set
        {
            lock (_lock)
            {
                _proxy = value;
            }
        }
    }

    /// <summary>The present login's token; null without one that still holds.</summary>
    public Secret? Token
    {
        get
        {
            lock (_lock)
            {
                return _token == null || Hal.Clock.NowMs - _tokenSinceMs > TokenMs ? null : _token;
            }
        }
    }

    /// <summary>The body of POST /access/login.</summary>
    public byte[] LoginJson()
    {
        JsonWriter writer = new JsonWriter(128, 2048);
        writer.BeginObject();
        writer.Name("username");
        writer.Value(_user!.Reveal());
        writer.Name("password");
        writer.Value(_password!.Reveal());
        writer.Name("source");
        writer.Value("moonraker");
        writer.EndObject();
        return writer.ToArray();
    }

    /// <summary>Keeps a new login's token. It is masked in the log, as is the one before, which holds some minutes more.</summary>
    public Secret TakeToken(string value)
    {
        Secret token = new Secret(value);
        lock (_lock)
        {
            // A server may give a configured secret as its token: that one stays masked.
            if (_log != null && _log.Mask(token))
            {
                _log.Unmask(_formerMaskedToken);
                _formerMaskedToken = _maskedToken;
                _maskedToken = token;
            }

            _token = token;
            _tokenSinceMs = Hal.Clock.NowMs;
        }

        return token;
    }

    /// <summary>The next request logs in again.</summary>
    public void ForgetToken()
    {
        lock (_lock)
        {
            // The log keeps masking the value: it may be in an error that is about to be shown.
            _tokenSinceMs = -TokenMs - 1;
        }
    }

    /// <summary>A command that counted as accepted because Klipper did not answer at once has failed: too late to report it to whoever sent it.</summary>
    public void WarnOfLateRefusal(string sentence) =>
        _log?.Warning(_id, "a command that waited for another one failed: " + (sentence.Length == 0 ? "no reason given" : sentence));
}
