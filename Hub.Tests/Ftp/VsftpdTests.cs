using Hub.Core.Errors;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Ftp;

[TestClass]
public sealed class VsftpdTests : FtpsServerContract
{
    private protected override ErrorCode MissingFolder => ErrorCode.Refused;

    private protected override FtpServer Start(FtpServerOptions options) => new Vsftpd(options);
}
