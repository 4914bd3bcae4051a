using System;
using System.Collections;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Text;

namespace Hub.Core.Logging;

/// <summary>How much a log line matters.</summary>
public enum LogLevel
{
    /// <summary>Details for debugging.</summary>
    Debug = 0,

    /// <summary>What happened.</summary>
    Info = 1,

    /// <summary>Unexpected, but handled.</summary>
    Warning = 2,

    /// <summary>A person should check.</summary>
    Error = 3,
}

/// <summary>Words of <see cref="LogLevel"/>. Thread: any.</summary>
public static class LogLevels
{
    /// <summary>The word for people and messages.</summary>
    public static string Name(LogLevel level) => level switch
    {
        LogLevel.Debug => "debug",
        LogLevel.Info => "info",
        LogLevel.Warning => "warning",
        _ => "error",
    };
}

/// <summary>Where log lines go (a console, a ring buffer). Thread: any; must return soon and never throw.</summary>
public interface ILogSink
{
    /// <summary>Writes one finished line.</summary>
    /// <param name="timeMs">Monotonic time of the line.</param>
    /// <param name="level">Its level.</param>
    /// <param name="area">Where it comes from: a printer's id, or a part of the hub.</param>
    /// <param name="message">One line, secrets already masked.</param>
    void Write(long timeMs, LogLevel level, string area, string message);
}

/// <summary>
/// Writes lines with a level to a sink. Registered secrets are replaced by <c>***</c> even when a peer
/// echoes them in an error text. Thread: any.
/// </summary>
public sealed class Log
{
    /// <summary>Shorter values are not searched for: masking every "1" would make the log unreadable.</summary>
    private const int MinMaskedLength = 4;

    private const string FaultWords = "a fault of the hub itself, please report it; the hub goes on";

    private readonly ILogSink _sink;
    private readonly IClock _clock;
    private readonly ArrayList _secrets = new ArrayList();
    private readonly object _countLock = new object();
    private int _faults;
    private int _lostLines;

    /// <summary>Makes a log.</summary>
    public Log(ILogSink sink, IClock clock, LogLevel minimum)
    {
        _sink = sink;
        _clock = clock;
        Minimum = minimum;
        Heartbeats = new Heartbeats(clock);
    }

    /// <summary>Signs of life of the threads that write here.</summary>
    public Heartbeats Heartbeats { get; }

    /// <summary>Faults of the hub itself since the start: exceptions that no part of it should throw, see <see cref="Guard"/>.</summary>
    public int Faults
    {
        get
        {
            lock (_countLock)
            {
                return _faults;
            }
        }
    }

    /// <summary>Lines that the sink could not write: a full disk, a closed pipe.</summary>
    public int LostLines
    {
        get
        {
            lock (_countLock)
            {
                return _lostLines;
            }
        }
    }

    /// <summary>The last lines.</summary>
    public LogTail Tail { get; } = new LogTail();

    /// <summary>Lines below this level are dropped unformatted.</summary>
    public LogLevel Minimum { get; set; }

    /// <summary>Masks this value in every later line, also as a URL writes it. Empty and very short values are ignored.</summary>
    /// <returns>True when it was not masked before and is now.</returns>
    public bool Mask(Secret? secret)
    {
        if (secret == null || secret.Reveal().Length < MinMaskedLength)
        {
            return false;
        }

        string value = secret.Reveal();
        lock (_secrets)
        {
            bool isNew = Add(value);
            Add(UrlText.PercentEncode(value));
            Add(UrlText.PercentEncode(value).ToLower());
            Add(UrlText.PercentEncodePath(value));
            Add(FormEncoded(value));
            return isNew;
        }
    }

    /// <summary>Masks a password, and the form in which HTTP's Basic login (RFC 7617 §2) sends it with the user's name.</summary>
    /// <param name="user">The user's name, or null.</param>
    /// <param name="password">The password, or null.</param>
    public void Mask(string? user, Secret? password)
    {
        // The same password may have been masked for another user.
        Mask(password);
        if (user == null || password == null || password.Reveal().Length < MinMaskedLength)
        {
            return;
        }

        lock (_secrets)
        {
            Add(Convert.ToBase64String(Encoding.UTF8.GetBytes(user + ":" + password.Reveal())));
        }
    }

    /// <summary>
    /// Stops masking this value, which is no longer secret. Nothing happens when it was not masked. Only for one that
    /// <see cref="Mask(Secret)"/> added: otherwise it may be another printer's key.
    /// </summary>
    public void Unmask(Secret? secret)
    {
        if (secret != null)
        {
            lock (_secrets)
            {
                _secrets.Remove(secret.Reveal());
                _secrets.Remove(UrlText.PercentEncode(secret.Reveal()));
                _secrets.Remove(UrlText.PercentEncode(secret.Reveal()).ToLower());
                _secrets.Remove(UrlText.PercentEncodePath(secret.Reveal()));
                _secrets.Remove(FormEncoded(secret.Reveal()));
            }
        }
    }

    /// <summary>Writes a line at <see cref="LogLevel.Debug"/>.</summary>
    public void Debug(string area, string message) => Write(LogLevel.Debug, area, message);

    /// <summary>Writes a line at <see cref="LogLevel.Info"/>.</summary>
    public void Info(string area, string message) => Write(LogLevel.Info, area, message);

    /// <summary>Writes a line at <see cref="LogLevel.Warning"/>.</summary>
    public void Warning(string area, string message) => Write(LogLevel.Warning, area, message);

    /// <summary>Writes a line at <see cref="LogLevel.Error"/>.</summary>
    public void Error(string area, string message) => Write(LogLevel.Error, area, message);

    /// <summary>
    /// Counts a fault of the hub itself, and writes a line at <see cref="LogLevel.Error"/>. Throws nothing: after an OutOfMemoryException there may be no
    /// memory for its words either, and who deals with a fault must come to an end.
    /// </summary>
    /// <param name="area">Where it comes from: a printer's id, or a part of the hub.</param>
    /// <param name="fault">What was caught.</param>
    public void Fault(string area, Exception fault)
    {
        lock (_countLock)
        {
            _faults++;
        }

        Write(LogLevel.Error, area, Words(fault));
    }

    /// <summary>The text with every registered secret replaced.</summary>
    public string Masked(string text)
    {
        lock (_secrets)
        {
            StringBuilder? builder = null;
            for (int i = 0; i < _secrets.Count; i++)
            {
                string secret = (string)_secrets[i]!;
                if (text.IndexOf(secret) >= 0)
                {
                    builder ??= new StringBuilder(text);
                    builder.Replace(secret, "***");
                }
            }

            string masked = builder == null ? text : builder.ToString();
            return masked.IndexOf(OneLine.Cut) >= 0 ? WithoutHalfSecrets(masked) : masked;
        }
    }

    /// <summary>The text for a status, a table or JSON: without secrets, and safe to show.</summary>
    public string Shown(string text) => OneLine.Of(Masked(text));

    /// <summary>The error with every registered secret replaced in its message.</summary>
    public HubException Masked(HubException error)
    {
        string message = Masked(error.Message);
        return message == error.Message ? error : new HubException(error.Code, message)
        {
            MayHaveActed = error.MayHaveActed,
            HttpStatus = error.HttpStatus,
            RetryAfterMs = error.RetryAfterMs,
            Remedy = error.Remedy,
        };
    }

    private static string Words(Exception fault)
    {
        try
        {
            return FaultWords + ": " + ((object)fault).GetType().Name + ": " + fault.Message;
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception)
        {
            return FaultWords;
        }
    }

    /// <summary>False when it is there already.</summary>
    private bool Add(string value)
    {
        if (_secrets.Contains(value))
        {
            return false;
        }

        // Longest first: a secret that is the beginning of another one must not leave the other's rest readable.
        int index = 0;
        while (index < _secrets.Count && ((string)_secrets[index]!).Length >= value.Length)
        {
            index++;
        }

        _secrets.Insert(index, value);
        return true;
    }

    /// <summary>As a form sends it (application/x-www-form-urlencoded).</summary>
    private static string FormEncoded(string value)
    {
        StringBuilder form = new StringBuilder(UrlText.PercentEncode(value));
        form.Replace("%20", "+");
        return form.ToString();
    }

    /// <summary>A long text may have been cut inside a secret, and other words may follow the cut.</summary>
    private string WithoutHalfSecrets(string text)
    {
        int at = text.IndexOf(OneLine.Cut);
        while (at >= 0)
        {
            int half = HalfSecretBefore(text, at);
            if (half > 0)
            {
                text = text.Substring(0, at - half) + "***" + text.Substring(at);
                at += 3 - half;
            }

            at = text.IndexOf(OneLine.Cut, at + OneLine.Cut.Length);
        }

        return text;
    }

    /// <summary>How many characters before a cut begin a secret; 0 for none.</summary>
    private int HalfSecretBefore(string text, int end)
    {
        for (int i = 0; i < _secrets.Count; i++)
        {
            string secret = (string)_secrets[i]!;
            for (int length = secret.Length - 1; length >= MinMaskedLength; length--)
            {
                if (length <= end && text.Substring(end - length, length) == secret.Substring(0, length))
                {
                    return length;
                }
            }
        }

        return 0;
    }

    private void Write(LogLevel level, string area, string message)
    {
        if (level < Minimum)
        {
            return;
        }

        try
        {
            string line = OneLine.Of(Masked(message));
            long nowMs = _clock.NowMs;
            Tail.Add(nowMs, level, area, line);
            _sink.Write(nowMs, level, area, line);
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception)
        {
            // A caller must not fail because of its log: the printers are served without one too.
            lock (_countLock)
            {
                _lostLines++;
            }
        }
    }
}
