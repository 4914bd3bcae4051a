using System.IO;

namespace Hub.Simulator.Bench;

/// <summary>
/// A throw-away configuration of a real vsftpd: implicit TLS on loopback. Its anonymous user logs in with a password from a
/// list, so it needs neither PAM nor users of the system; it can write to the folder <c>up</c> below its root.
/// </summary>
internal sealed class VsftpdConfig
{
    /// <summary>The user name of clients.</summary>
    public const string LoginName = "anonymous";

    /// <summary>Folder of the configuration and its files.</summary>
    public required string Folder { get; init; }

    /// <summary>The folder that clients see as "/"; must not be writable for them, or the server refuses to run.</summary>
    public required string Root { get; init; }

    public required int Port { get; init; }

    public required string Password { get; init; }

    /// <summary>PEM files.</summary>
    public required string CertificateFile { get; init; }

    public required string KeyFile { get; init; }

    /// <summary>A system user with a home that exists. Servers started by root serve clients as this user.</summary>
    public required string User { get; init; }

    /// <summary>False when the server is started by an ordinary user, as whom it then runs.</summary>
    public required bool IsRoot { get; init; }

    public bool RequiresSessionReuse { get; init; } = true;

    public bool TakesClearData { get; init; }

    /// <summary>Writes the files and returns the path of the configuration.</summary>
    public string Write()
    {
        string passwords = Path.Combine(Folder, "passwords");
        string empty = Directory.CreateDirectory(Path.Combine(Folder, "empty")).FullName;
        string configuration = Path.Combine(Folder, "vsftpd.conf");
        File.WriteAllText(passwords, Password + "\n");
        File.WriteAllText(configuration, string.Join('\n',
        [
            "listen=YES",
            "listen_address=127.0.0.1",
            "listen_port=" + Port,
            "background=NO",
            "local_enable=NO",
            "anonymous_enable=YES",
            "anon_root=" + Root,
            "ftp_username=" + User,
            "secure_email_list_enable=YES",
            "email_password_file=" + passwords,
            "write_enable=YES",
            "anon_upload_enable=YES",
            "anon_other_write_enable=YES",
            "anon_world_readable_only=NO",
            "anon_umask=022",
            "ssl_enable=YES",
            "implicit_ssl=YES",
            "allow_anon_ssl=YES",
            "force_anon_logins_ssl=YES",
            "force_anon_data_ssl=" + YesNo(!TakesClearData),
            "require_ssl_reuse=" + YesNo(RequiresSessionReuse),
            "ssl_ciphers=HIGH",
            "rsa_cert_file=" + CertificateFile,
            "rsa_private_key_file=" + KeyFile,
            "secure_chroot_dir=" + empty,
            "run_as_launching_user=" + YesNo(!IsRoot),

            // In a container the server would end its sessions with "500 OOPS: child died".
            "seccomp_sandbox=NO",
            "xferlog_enable=NO",
            "",
        ]));
        return configuration;
    }

    private static string YesNo(bool value) => value ? "YES" : "NO";
}
