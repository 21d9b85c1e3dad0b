// What compose-go makes of compose files, for ci/interop: the arguments are files in their order, PROFILE=… profiles, and
// ENV_FILE=… env files; a line of JSON for each service on standard output, sorted.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
)

type service struct {
	Name        string   `json:"name"`
	Image       string   `json:"image"`
	User        string   `json:"user"`
	ReadOnly    bool     `json:"readOnly"`
	Privileged  bool     `json:"privileged"`
	CapAdd      []string `json:"capAdd"`
	CapDrop     []string `json:"capDrop"`
	Environment []string `json:"environment"`
	Targets     []string `json:"targets"`
	Ports       []string `json:"ports"`
	Networks    []string `json:"networks"`
}

func main() {
	options := []cli.ProjectOptionsFn{cli.WithoutEnvironmentResolution, cli.WithName("interop")}
	var files, profiles, envFiles []string
	for _, argument := range os.Args[1:] {
		if value, found := strings.CutPrefix(argument, "PROFILE="); found {
			profiles = append(profiles, value)
		} else if value, found := strings.CutPrefix(argument, "ENV_FILE="); found {
			envFiles = append(envFiles, value)
		} else {
			files = append(files, argument)
		}
	}
	options = append(options, cli.WithEnvFiles(envFiles...), cli.WithDotEnv, cli.WithProfiles(profiles))
	project, err := cli.NewProjectOptions(files, options...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	loaded, err := project.LoadProject(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	all := []service{}
	for name, one := range loaded.Services {
		made := service{Name: name, Image: one.Image, User: one.User, ReadOnly: one.ReadOnly, Privileged: one.Privileged,
			CapAdd: append([]string{}, one.CapAdd...), CapDrop: append([]string{}, one.CapDrop...), Environment: []string{},
			Targets: []string{}, Ports: []string{}, Networks: []string{}}
		for variable := range one.Environment {
			made.Environment = append(made.Environment, variable)
		}
		for _, volume := range one.Volumes {
			made.Targets = append(made.Targets, fmt.Sprintf("%s %v", volume.Target, volume.ReadOnly))
		}
		for _, port := range one.Ports {
			made.Ports = append(made.Ports, fmt.Sprintf("%s:%s:%d", port.HostIP, port.Published, port.Target))
		}
		for network := range one.Networks {
			made.Networks = append(made.Networks, network)
		}
		for _, list := range [][]string{made.CapAdd, made.CapDrop, made.Environment, made.Targets, made.Ports, made.Networks} {
			sort.Strings(list)
		}
		all = append(all, made)
	}
	sort.Slice(all, func(a, b int) bool { return all[a].Name < all[b].Name })
	for _, one := range all {
		text, _ := json.Marshal(one)
		fmt.Println(string(text))
	}
}
