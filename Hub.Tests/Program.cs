using System.Threading.Tasks;
using Hub.Tests.Cloud.Store;

namespace Hub.Tests;

/// <summary>What tests run as processes of their own, to be killed.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is [StoreVictim.Name, string database])
        {
            await StoreVictim.RunAsync(database);
            return 0;
        }

        return 2;
    }
}
