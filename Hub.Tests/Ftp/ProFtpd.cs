using System;
using System.IO;

namespace Hub.Tests.Ftp;

/// <summary>ProFTPD with mod_tls; its users stand in a file of the test.</summary>
internal sealed class ProFtpd : FtpServer
{
    public ProFtpd(FtpServerOptions options)
        : base(Find("HUB_TEST_PROFTPD", "proftpd"), options)
    {
        string modules = Environment.GetEnvironmentVariable("HUB_TEST_PROFTPD_MODULES") ?? "/usr/lib/proftpd";
        string users = Path.Combine(Folder, "users");
        string configuration = Path.Combine(Folder, "proftpd.conf");
        int id = IsRoot ? UserId : Convert.ToInt32(File.ReadAllText("/proc/self/loginuid"), System.Globalization.CultureInfo.InvariantCulture);
        File.WriteAllText(users, LoginName + ":" + PasswordHash + ":" + id + ":" + id + "::" + Root + ":/bin/false\n");
        Allow(users, 6, 0, 0);
        File.WriteAllText(configuration, string.Join('\n',
        [
            "ModulePath " + modules,
            "LoadModule mod_tls.c",
            "ServerType standalone",
            "DefaultAddress 127.0.0.1",
            "SocketBindTight on",
            "Port " + Port,
            "UseIPv6 off",
            "UseReverseDNS off",
            IsRoot ? "User " + User + "\nGroup " + User + "\nDefaultRoot ~" : "",
            "RequireValidShell off",
            "AuthPAM off",
            "AuthUserFile " + users,
            "AuthOrder mod_auth_file.c",
            "AllowOverwrite on",
            "DelayEngine off",
            "PidFile " + Path.Combine(Folder, "pid"),
            "ScoreboardFile " + Path.Combine(Folder, "scoreboard"),
            "SystemLog " + Path.Combine(Folder, "log"),
            "TransferLog none",
            "WtmpLog off",
            "TLSEngine on",
            "TLSOptions UseImplicitSSL" + (options.RequiresSessionReuse ? "" : " NoSessionReuseRequired"),
            "TLSProtocol TLSv1.2",
            "TLSRequired " + (options.TakesClearData ? "ctrl" : "on"),
            "TLSVerifyClient off",
            "TLSECCertificateFile " + CertificateFile,
            "TLSECCertificateKeyFile " + KeyFile,
            "",
        ]));
        Start(options.CardKiB, "--nodaemon", "--config", configuration);
    }

    public override string LoginName => PrinterUser;
}
