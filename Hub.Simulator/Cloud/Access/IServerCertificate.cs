using System;
using System.Net.Security;

namespace Hub.Simulator.Cloud.Access;

/// <summary>The certificate that the cloud shows. Thread: any. Disposing it releases its keys.</summary>
internal interface IServerCertificate : IDisposable
{
    /// <summary>The certificate in force with its key and chain; asked for each connection.</summary>
    SslStreamCertificateContext Current { get; }
}
