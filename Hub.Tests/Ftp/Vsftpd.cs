using Hub.Simulator.Bench;

namespace Hub.Tests.Ftp;

/// <summary>vsftpd, which most Bambu printers run.</summary>
internal sealed class Vsftpd : FtpServer
{
    public Vsftpd(FtpServerOptions options)
        : base(Find("HUB_TEST_VSFTPD", "vsftpd"))
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
        Start(options.CardKiB, config.Write());
    }

    public override string LoginName => VsftpdConfig.LoginName;
}
