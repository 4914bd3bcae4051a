using System.IO;
using Hub.Simulator.Bench;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Ftp;

/// <summary>vsftpd, which most Bambu printers run.</summary>
internal sealed class Vsftpd : FtpServer
{
    public Vsftpd(FtpServerOptions options)
        : base(Find("HUB_TEST_VSFTPD", "vsftpd"), options)
    {
        VsftpdConfig config = new()
        {
            Folder = Folder,
            Root = Root,
            Port = Port,
            Password = Password,
            CertificateFile = CertificateFile,
            KeyFile = KeyFile,
            User = User,
            IsRoot = IsRoot,
            RequiresSessionReuse = options.RequiresSessionReuse,
            TakesClearData = options.TakesClearData,
        };
        string file = config.Write();
        LoginName = options.IsPrinter ? PrinterUser : VsftpdConfig.LoginName;
        if (options.IsPrinter)
        {
            Start(AsPrinter(file), file);
        }
        else
        {
            Start(options.CardKiB, file);
        }
    }

    public override string LoginName { get; }

    /// <summary>A user with a name of one's own must be the system's: it is one where only the server sees it.</summary>
    private string AsPrinter(string file)
    {
        if (!IsRoot)
        {
            Assert.Inconclusive("only root can give vsftpd a user of the printer's name: the Bambu client was not tried against it");
        }

        File.AppendAllText(file, string.Join('\n',
        [
            "anonymous_enable=NO", "local_enable=YES", "pam_service_name=hub-test", "local_root=" + Root, "local_umask=022",
            "chroot_local_user=YES", "allow_writeable_chroot=YES", "force_local_logins_ssl=YES", "force_local_data_ssl=YES", "",
        ]));
        string pam = Directory.CreateDirectory(Path.Combine(Folder, "pam.d")).FullName;
        File.WriteAllText(Path.Combine(pam, "hub-test"), "auth required pam_unix.so\naccount required pam_permit.so\nsession required pam_permit.so\n");
        string users = Path.Combine(Folder, "passwd");
        File.WriteAllText(users, File.ReadAllText("/etc/passwd") + PrinterUser + ":x:" + UserId + ":" + UserId + "::" + Root + ":/bin/sh\n");
        string secrets = Path.Combine(Folder, "shadow");
        File.WriteAllText(secrets, PrinterUser + ":" + PasswordHash + ":19000:0:99999:7:::\n");
        return "mount --bind '" + pam + "' /etc/pam.d && mount --bind '" + users + "' /etc/passwd && mount --bind '" + secrets + "' /etc/shadow";
    }
}
