using System;
using System.Threading;

namespace Hub.Simulator.Bench;

/// <summary>The largest growth of hub and cloud while one file passes, their first, in MiB of private memory.</summary>
/// <param name="HubMiB">The hub's.</param>
/// <param name="CloudMiB">The cloud's.</param>
/// <param name="Stored">What the printer stored.</param>
internal sealed record CloudFileMemory(double HubMiB, double CloudMiB, Work Stored)
{
    private const int SampleMs = 50;

    public static CloudFileMemory Measure(CloudFileFarm farm, UploadFile file)
    {
        double hub = farm.Hub.PrivateMiB;
        double cloud = farm.Cloud.Process.PrivateMiB;
        double hubPeak = hub;
        double cloudPeak = cloud;
        using ManualResetEventSlim done = new();
        Thread sampler = new(() =>
        {
            do
            {
                hubPeak = Math.Max(hubPeak, farm.Hub.PrivateMiB);
                cloudPeak = Math.Max(cloudPeak, farm.Cloud.Process.PrivateMiB);
            }
            while (!done.Wait(SampleMs));
        });
        sampler.Start();
        try
        {
            farm.Upload(file.Path);
        }
        finally
        {
            done.Set();
            sampler.Join();
        }

        return new CloudFileMemory(hubPeak - hub, cloudPeak - cloud, file.TakeStored(farm.Storage, 0));
    }
}
