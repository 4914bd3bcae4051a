using Hub.Core.Errors;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Ftp;

[TestClass]
public sealed class ProFtpdTests : FtpsServerContract
{
    private protected override ErrorCode MissingFolder => ErrorCode.NotFound;

    private protected override FtpServer Start(FtpServerOptions options) => new ProFtpd(options);
}
