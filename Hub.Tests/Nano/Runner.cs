using System;
using System.Reflection;
using Hub.Core.Errors;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Nano;

/// <summary>Finds the tests by reflection and runs them one after the other, each on an object of its own.</summary>
internal static class Runner
{
    private static int s_passed;
    private static int s_failed;

    public static void Main()
    {
        foreach (Type type in Assembly.GetExecutingAssembly().GetTypes())
        {
            if (Has(type.GetCustomAttributes(false), typeof(TestClassAttribute)))
            {
                RunClass(type);
            }
        }

        Console.WriteLine("##total " + s_passed.ToString() + " passed, " + s_failed.ToString() + " failed");
        Console.WriteLine("##exit " + (s_failed == 0 && s_passed > 0 ? "0" : "1"));
    }

    private static void RunClass(Type type)
    {
        MethodInfo[] methods = type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);
        MethodInfo? initialize = null;
        foreach (MethodInfo method in methods)
        {
            if (Has(method.GetCustomAttributes(false), typeof(TestInitializeAttribute)))
            {
                initialize = method;
            }
        }

        foreach (MethodInfo method in methods)
        {
            if (Has(method.GetCustomAttributes(false), typeof(TestMethodAttribute)))
            {
                RunTest(type, initialize, method);
            }
        }
    }

    private static void RunTest(Type type, MethodInfo? initialize, MethodInfo method)
    {
        string name = type.Name + "." + method.Name;
        try
        {
            object test = type.GetConstructor(new Type[0])!.Invoke(null);
            initialize?.Invoke(test, null);
            method.Invoke(test, null);
            s_passed++;
            Console.WriteLine("ok " + name);
        }
        catch (Exception e)
        {
            s_failed++;
            Console.WriteLine("FAIL " + name + ": " + Describe(e));
        }
    }

    private static string Describe(Exception e)
    {
        string text = e is AssertFailedException ? e.Message : e.GetType().Name + ": " + e.Message;
        return e is HubException hub ? ErrorCodes.Name(hub.Code) + " " + text : text;
    }

    private static bool Has(object[] attributes, Type wanted)
    {
        foreach (object attribute in attributes)
        {
            if (attribute.GetType() == wanted)
            {
                return true;
            }
        }

        return false;
    }
}
