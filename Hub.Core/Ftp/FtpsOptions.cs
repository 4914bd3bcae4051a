using Hub.Core.Hal;

namespace Hub.Core.Ftp;

/// <summary>Where an FTPS server is, who logs in, and what the user allows. Not changed after first use. Thread: any.</summary>
public sealed class FtpsOptions
{
    /// <summary>Makes the options for a server with implicit TLS.</summary>
    /// <param name="host">Name or address; data connections go to it too, whatever address the server quotes.</param>
    /// <param name="port">990 by custom.</param>
    /// <param name="user">User name, <c>bblp</c> on Bambu printers.</param>
    /// <param name="password">Password, the access code on Bambu printers.</param>
    /// <param name="tls">
    /// Whom to trust, for control and data alike. Its <see cref="TlsOptions.ServerName"/> must be a name (the serial), as .NET
    /// resumes no session for an address, and no other client with that name may run in this process at the same time:
    /// .NET keeps one session per name, and servers accept only the one of their own control connection.
    /// </param>
    public FtpsOptions(string host, int port, string user, Secret password, TlsOptions tls)
    {
        Host = host;
        Port = port;
        User = user;
        Password = password;
        Tls = tls.WithSessionReuse();
    }

    /// <summary>Name or address.</summary>
    public string Host { get; }

    /// <summary>Port of the control connection.</summary>
    public int Port { get; }

    /// <summary>User name.</summary>
    public string User { get; }

    /// <summary>Password.</summary>
    public Secret Password { get; }

    /// <summary>Whom to trust: a copy, with <see cref="TlsOptions.ReusesSession"/> set.</summary>
    public TlsOptions Tls { get; }

    /// <summary>
    /// True (the default) unless the server is known, or hoped, to accept data connections with a TLS session of their own. While it
    /// is true, a machine that cannot reuse a session refuses to upload before anything is sent. A server that demands it after all
    /// refuses the upload (<see cref="Errors.ErrorCode.TlsSessionRequired"/>); a file of the same name is gone then.
    /// </summary>
    public bool ServerDemandsSessionReuse { get; set; } = true;

    /// <summary>
    /// True to send the file unencrypted (<c>PROT C</c>) where an encrypted data connection is not possible: the server refuses it or
    /// hangs in its handshake (A1 and A1 mini), or this machine cannot reuse a session. Login and commands stay
    /// encrypted. Only when the user explicitly chose so.
    /// </summary>
    public bool AllowClearData { get; set; }

    /// <summary>For resolution, connect and TLS handshake of each connection, in ms (default 10000).</summary>
    public int ConnectTimeoutMs { get; set; } = 10000;

    /// <summary>For the reply to a command, in ms (default 15000; vsftpd answers a wrong password after 3 s).</summary>
    public int ReplyTimeoutMs { get; set; } = 15000;

    /// <summary>How long the server may accept nothing of a file, in ms (default 60000; memory cards pause for seconds).</summary>
    public int StallTimeoutMs { get; set; } = 60000;

    /// <summary>For the reply after the last byte, in ms (default 60000; an H2D takes more than 30 s). After that the stored size decides.</summary>
    public int FinalReplyTimeoutMs { get; set; } = 60000;

    /// <summary>For everything that follows a failed or cancelled upload (removing the part that was stored), in ms (default 5000).</summary>
    public int CleanUpTimeoutMs { get; set; } = 5000;

    /// <summary>Other options for data connections alone: a full handshake on purpose, for tests of what servers answer to it.</summary>
    internal TlsOptions? DataTls { get; set; }
}
