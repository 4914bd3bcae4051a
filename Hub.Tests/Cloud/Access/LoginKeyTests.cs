using System.Net;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud.Access;

/// <summary>An Idempotency-Key with a login, which everyone may try.</summary>
[TestClass]
public sealed class LoginKeyTests : CloudTestBase
{
    [TestMethod]
    public async Task Login_WithAKey_IsExecutedEachTimeAndNotKept()
    {
        for (int i = 0; i < 2; i++)
        {
            using HttpRequestMessage login = new(HttpMethod.Post, "/api/session") { Content = new StringContent("{\"token\":\"any-token-here-1\"}", Encoding.UTF8, "application/json") };
            login.Headers.Add("Idempotency-Key", "login");
            using HttpResponseMessage answer = await Client.SendAsync(login);
            Assert.AreEqual(HttpStatusCode.NoContent, answer.StatusCode);
            Assert.IsFalse(answer.Headers.Contains("Idempotency-Replayed"));
            Assert.IsTrue(answer.Headers.Contains("Set-Cookie"), "a cookie of its own");
        }
    }
}
