using System;
using System.Collections.Generic;
using System.Linq;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Hal.Desktop;
using Hub.Simulator.Hosting;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Hub.Tests.Portability;

/// <summary>
/// Finds, in what is compiled, every place where the hub starts a thread, a timer or a task, or gives the system a callback: an
/// exception that leaves one of them ends the process, so each begins in <see cref="Guard"/>.
/// </summary>
[TestClass]
public sealed class ThreadStartTests
{
    private const string GuardType = "Hub.Core.Logging.Guard";

    /// <summary>Programs that measure; no hub runs in them.</summary>
    private const string BenchNamespace = "Hub.Simulator.Bench";

    /// <summary>Tasks that are waited for where they are started, so that what they throw arrives there.</summary>
    private static readonly string[] s_awaited =
    [
        "Hub.Simulator.Cli.DiscoverVerb.Run",
        "Hub.Simulator.Cli.KnownPrinters.LookUpAsync",
        "Hub.Simulator.Cloud.Store.StoreReaders.ReadAsync",
        "Hub.Simulator.Hosting.UserFile.Await",
        "Hub.Simulator.Radio.BridgeSocket.AnswerAsync",
    ];

    /// <summary>Tasks that catch and report all that they run, and are waited for at the end.</summary>
    private static readonly string[] s_reporting =
    [
        "Hub.Simulator.Cloud.Hubs.EventIntake..ctor",
        "Hub.Simulator.Cloud.Store.StoreRetention.Begin",
        "Hub.Simulator.Cloud.Store.StoreWriter..ctor",
    ];

    private static readonly string[] s_taskStarts =
    [
        "System.Threading.Tasks.Task::Run", "System.Threading.Tasks.TaskFactory::StartNew",
        "System.Threading.ThreadPool::QueueUserWorkItem", "System.Threading.ThreadPool::UnsafeQueueUserWorkItem",
        "System.Threading.ThreadPool::RegisterWaitForSingleObject",
    ];

    [TestMethod]
    public void Hub_EveryThread_BeginsInAGuard()
    {
        List<string> bare = [];
        int threads = 0;
        foreach ((MethodDefinition method, Instruction at) in Calls())
        {
            if (at.OpCode == OpCodes.Newobj && Target(at) == "System.Threading.Thread::.ctor")
            {
                threads++;
                if (at.Previous.Operand is not MethodReference { DeclaringType.FullName: GuardType })
                {
                    bare.Add(Place(method));
                }
            }
        }

        Assert.IsGreaterThan(6, threads, "the scan saw too little");
        Assert.IsEmpty(bare, "new Thread(Guard.Once(…)) or new Thread(Guard.Loop(…)) is missing in: " + string.Join(", ", bare));
    }

    [TestMethod]
    public void Hub_EveryTimerAndSignal_CallsAGuard()
    {
        List<string> bare = [];
        foreach ((MethodDefinition method, Instruction at) in Calls())
        {
            bool isTimer = at.OpCode == OpCodes.Newobj && Target(at) == "System.Threading.Timer::.ctor";
            bool isSignal = Target(at) is "System.Runtime.InteropServices.PosixSignalRegistration::Create" or "System.Console::add_CancelKeyPress";
            if ((isTimer || isSignal) && !IsGuarded(at))
            {
                bare.Add(Place(method));
            }
        }

        Assert.IsEmpty(bare, "Guard.Try is missing in what is called back in: " + string.Join(", ", bare));
    }

    [TestMethod]
    public void Hub_EveryTask_IsAwaitedOrCallsAGuard()
    {
        List<string> bare = [];
        foreach ((MethodDefinition method, Instruction at) in Calls())
        {
            if (s_taskStarts.Contains(Target(at)) && !IsGuarded(at) && !s_awaited.Contains(Place(method)) && !s_reporting.Contains(Place(method)))
            {
                bare.Add(Place(method));
            }
        }

        Assert.IsEmpty(bare, "tasks that fail unseen: " + string.Join(", ", bare));
    }

    [TestMethod]
    public void Hub_AsyncMethods_AreTasks()
    {
        string[] bare =
        [
            .. Methods().Where(m => m.ReturnType.FullName == "System.Void" && m.CustomAttributes.Any(a => a.AttributeType.Name == "AsyncStateMachineAttribute")).Select(Place),
        ];

        Assert.IsEmpty(bare, "an exception out of 'async void' ends the process: " + string.Join(", ", bare));
    }

    /// <summary>The delegate is made of the last method pointer before the call.</summary>
    private static bool IsGuarded(Instruction at)
    {
        for (Instruction? i = at.Previous; i != null; i = i.Previous)
        {
            if (i.OpCode == OpCodes.Ldftn)
            {
                return ((MethodReference)i.Operand).Resolve().Body.Instructions.Any(x => x.Operand is MethodReference { DeclaringType.FullName: GuardType });
            }
        }

        return false;
    }

    private static string Target(Instruction at) => at.Operand is MethodReference m ? m.DeclaringType.FullName + "::" + m.Name : "";

    /// <summary>The method as it is written: a lambda or a state machine belongs to the method that holds it.</summary>
    private static string Place(MethodDefinition method)
    {
        TypeDefinition type = method.DeclaringType;
        string name = method.Name;
        while (type.Name.StartsWith('<') && type.DeclaringType != null)
        {
            name = type.Name.StartsWith("<>", StringComparison.Ordinal) ? name : type.Name;
            type = type.DeclaringType;
        }

        int end = name.IndexOf('>', StringComparison.Ordinal);
        return type.FullName.Replace('/', '.') + "." + (name.StartsWith('<') && end > 1 ? name[1..end] : name);
    }

    private static IEnumerable<(MethodDefinition Method, Instruction At)> Calls() =>
        Methods().Where(m => m.HasBody).SelectMany(m => m.Body.Instructions.Where(i => i.Operand is MethodReference).Select(i => (m, i)));

    private static IEnumerable<MethodDefinition> Methods()
    {
        foreach (Type type in (Type[])[typeof(HubException), typeof(DesktopHal), typeof(Hub.Simulator.Hosting.ExitCodes)])
        {
            AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(type.Assembly.Location, Samples.Resolving());
            foreach (TypeDefinition found in assembly.MainModule.GetTypes().Where(t => !t.FullName.StartsWith(BenchNamespace, StringComparison.Ordinal)))
            {
                foreach (MethodDefinition method in found.Methods)
                {
                    yield return method;
                }
            }
        }
    }
}
