// Command cluster is a Kubernetes control plane in one file. Like busybox, it is what it is called (by a symbolic link
// named kubectl), or what its first argument says. The four programs share most of their code: one binary takes a third
// of the space and of the build time of four.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
)

var programs = map[string]func(){
	"etcd":                    func() { etcdmain.Main(os.Args) },
	"kube-apiserver":          func() { os.Exit(cli.Run(apiserver.NewAPIServerCommand())) },
	"kube-controller-manager": func() { os.Exit(cli.Run(controllers.NewControllerManagerCommand())) },
	// As kubectl's own main does it: errors in its words and with its exit codes.
	"kubectl": func() { util.CheckErr(cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand())) },
}

func main() {
	if os.Getenv("CLUSTER_ENDS_WITH_STDIN") != "" {
		go endWithStdin()
	}
	if run, found := programs[strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")]; found {
		run()
		return
	}
	if len(os.Args) > 1 {
		if run, found := programs[os.Args[1]]; found {
			// Each program reads os.Args itself, and must see what it would see under its own name.
			os.Args = os.Args[1:]
			run()
			return
		}
	}
	fmt.Fprintln(os.Stderr, "usage: cluster etcd|kube-apiserver|kube-controller-manager|kubectl [flags]")
	os.Exit(2)
}

// Whoever started this holds the other end of stdin. When it is gone, killed without a chance to clean up, so are we.
func endWithStdin() {
	io.Copy(io.Discard, os.Stdin)
	os.Exit(1)
}
