using System.IO;

namespace Hub.Tests.Ftp;

/// <summary>vsftpd, which most Bambu printers run. Clients log in as its anonymous user with a password from a list: no PAM, no users to make.</summary>
internal sealed class Vsftpd : FtpServer
{
    public Vsftpd(FtpServerOptions options)
        : base(Find("HUB_TEST_VSFTPD", "vsftpd"))
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
            "force_anon_data_ssl=" + YesNo(!options.TakesClearData),
            "require_ssl_reuse=" + YesNo(options.RequiresSessionReuse),
            "ssl_ciphers=HIGH",
            "rsa_cert_file=" + CertificateFile,
            "rsa_private_key_file=" + KeyFile,
            "secure_chroot_dir=" + empty,
            "run_as_launching_user=" + YesNo(!IsRoot),

            // In a container it would end its sessions with "500 OOPS: child died" (facts F).
            "seccomp_sandbox=NO",
            "xferlog_enable=NO",
            "",
        ]));
        Start(options.CardKiB, configuration);
    }

    public override string LoginName => "anonymous";

    private static string YesNo(bool value) => value ? "YES" : "NO";
}
